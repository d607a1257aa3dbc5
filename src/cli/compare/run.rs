//! Starting a machine on a script and measuring what the kernel and the script's own clock say.
//!
//! What lives here: [`Outcome`] of one process, the driver that runs a script many times in one process, and the
//! order of runs. What must not: statistics. Start at [`measure`].
#![allow(unsafe_code)] // wait4 is the only way to a child's peak memory, and std has no call for it.

use std::ffi::{OsStr, OsString};
use std::io::{self, Read};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use super::discover::Machine;
use super::statistics::later_half;

/// How a process ended and what it used.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub status: ExitStatus,
    pub out: Vec<u8>,
    pub err: Vec<u8>,
    /// Seconds from start to end.
    pub wall: f64,
    /// Seconds of processor time, user and system.
    pub cpu: f64,
    /// Bytes of memory at the peak.
    pub peak: u64,
}

/// The script of a comparison and its arguments.
#[derive(Clone, Debug)]
pub struct Script {
    pub path: OsString,
    pub arguments: Vec<OsString>,
}

/// How much to measure.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Fresh processes for each machine.
    pub runs: usize,
    /// Time for each machine's runs in one process.
    pub seconds: f64,
}

/// What was measured of one machine.
#[derive(Clone, Debug, Default)]
pub struct Measurements {
    /// Seconds that a process takes which does nothing.
    pub start_up: Vec<f64>,
    /// Processor seconds of the same.
    pub start_up_cpu: Vec<f64>,
    /// Seconds of a whole process which runs the script once.
    pub first: Vec<f64>,
    /// Peak memory of those, bytes.
    pub peak: Vec<f64>,
    /// Seconds of each run, for each process of many.
    pub series: Vec<Vec<f64>>,
    /// Why there are no series, or fewer.
    pub complaint: Option<String>,
}

impl Measurements {
    /// The later halves of all series.
    pub fn steady(&self) -> Vec<f64> {
        self.series.iter().flat_map(|series| later_half(series)).copied().collect()
    }
}

/// Runs a script again and again in one process, its output thrown away, and prints the seconds of each run.
/// Arguments: path, seconds, least runs, most runs, the script's own. Each run is a fresh `__main__`.
const DRIVER: &str = r#"
def drive():
    import os, sys, time
    clock = time.perf_counter
    path, seconds, least, most = sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    arguments = [path] + sys.argv[5:]
    sys.path[0] = os.path.dirname(os.path.abspath(path))
    with open(path, "rb") as file:
        source = file.read()
    started = clock()
    code = compile(source, path, "exec")
    taken = clock() - started
    out, sink = sys.stdout, open(os.devnull, "w")
    times = []
    end = clock() + seconds
    while len(times) < least or (len(times) < most and clock() < end):
        main = type(sys)("__main__")
        main.__file__ = path
        sys.modules["__main__"] = main
        sys.argv = arguments[:]
        sys.stdout = sink
        started = clock()
        try:
            exec(code, main.__dict__)
        except SystemExit:
            pass
        sink.flush()
        times.append(clock() - started + taken)
        taken = 0.0
        sys.stdout = out
    for time in times:
        print("%.9f" % time)
drive()
"#;

/// Processes in which a machine's runs are repeated; more than one, because layouts of memory differ.
const PROCESSES: usize = 3;
const LEAST_RUNS: usize = 3;
const MOST_RUNS: usize = 1000;

/// Runs `machine` with `arguments` to its end.
pub fn run(machine: &Machine, arguments: &[&OsStr]) -> io::Result<Outcome> {
    let started = Instant::now();
    let mut child = Command::new(&machine.program)
        .args(&machine.arguments)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut stderr = child.stderr.take().expect("asked for");
    let errors = std::thread::spawn(move || {
        let mut err = Vec::new();
        stderr.read_to_end(&mut err).map(|_| err)
    });
    let mut out = Vec::new();
    child.stdout.take().expect("asked for").read_to_end(&mut out)?;
    let err = errors.join().expect("a reader does not panic")?;
    let (status, usage) = wait(child.id())?;
    let wall = started.elapsed().as_secs_f64();
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    // Linux counts in KiB, macOS in bytes.
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    let peak = usage.ru_maxrss as u64 * unit;
    Ok(Outcome { status, out, err, wall, cpu: seconds(usage.ru_utime) + seconds(usage.ru_stime), peak })
}

/// Waits for the child `process`, which nothing else waits for.
fn wait(process: u32) -> io::Result<(ExitStatus, libc::rusage)> {
    let mut status = 0;
    // SAFETY: an all-zero rusage is a valid one.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    loop {
        // SAFETY: both pointers are to live locals of the types that wait4 writes.
        let found = unsafe { libc::wait4(process as libc::pid_t, &mut status, 0, &mut usage) };
        if found >= 0 {
            return Ok((ExitStatus::from_raw(status), usage));
        }
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
}

/// Runs the script once.
pub fn run_script(machine: &Machine, script: &Script) -> io::Result<Outcome> {
    let mut arguments: Vec<&OsStr> = vec![&script.path];
    arguments.extend(script.arguments.iter().map(OsString::as_os_str));
    run(machine, &arguments)
}

/// Measures all machines, taking turns; `progress` hears what is about to happen and how far things are (0 to 1).
///
/// Errors are those of starting a process. A script that fails when repeated is a complaint in the measurements.
pub fn measure(
    machines: &[Machine],
    script: &Script,
    effort: Effort,
    progress: &mut dyn FnMut(&str, f64),
) -> io::Result<Vec<Measurements>> {
    let mut all = vec![Measurements::default(); machines.len()];
    let processes = PROCESSES.min(effort.runs.max(1));
    let rounds = effort.runs.max(1);
    let total = (2 * rounds + processes) * machines.len();
    let mut done = 0;
    let mut step = |what: &str, machine: &Machine| {
        progress(&format!("{what}: {}", machine.name), done as f64 / total as f64);
        done += 1;
    };
    for round in 0..rounds {
        for index in turn(machines.len(), round) {
            step("start-up", &machines[index]);
            let outcome = run(&machines[index], &["-c".as_ref(), "pass".as_ref()])?;
            all[index].start_up.push(outcome.wall);
            all[index].start_up_cpu.push(outcome.cpu);
        }
        for index in turn(machines.len(), round) {
            step("first run", &machines[index]);
            let outcome = run_script(&machines[index], script)?;
            all[index].first.push(outcome.wall);
            all[index].peak.push(outcome.peak as f64);
        }
    }
    for round in 0..processes {
        for index in turn(machines.len(), round) {
            step("steady state", &machines[index]);
            if all[index].complaint.is_some() {
                continue;
            }
            match repeat(&machines[index], script, effort.seconds / processes as f64)? {
                Ok(series) => all[index].series.push(series),
                Err(complaint) => all[index].complaint = Some(complaint),
            }
        }
    }
    Ok(all)
}

/// The order of a round: each round starts with another machine, so that none always runs after the same one.
fn turn(count: usize, round: usize) -> impl Iterator<Item = usize> {
    (0..count).map(move |index| (index + round) % count)
}

/// Runs the script again and again in one process for about `seconds`.
fn repeat(machine: &Machine, script: &Script, seconds: f64) -> io::Result<Result<Vec<f64>, String>> {
    let numbers = [seconds.to_string(), LEAST_RUNS.to_string(), MOST_RUNS.to_string()];
    let mut arguments: Vec<&OsStr> = vec!["-c".as_ref(), DRIVER.as_ref(), &script.path];
    arguments.extend(numbers.iter().map(OsStr::new));
    arguments.extend(script.arguments.iter().map(OsString::as_os_str));
    let outcome = run(machine, &arguments)?;
    let text = String::from_utf8_lossy(&outcome.out);
    let times: Result<Vec<f64>, _> = text.lines().map(str::parse).collect();
    Ok(match times {
        Ok(times) if outcome.status.success() && times.len() >= LEAST_RUNS => Ok(times),
        _ => {
            let errors = String::from_utf8_lossy(&outcome.err);
            let last = errors.lines().last().unwrap_or("no message");
            Err(format!("cannot run again in the same process: {last}"))
        }
    })
}

/// The first line in which two outputs differ, or how the processes ended; `None` when they agree.
pub fn difference(expected: &Outcome, found: &Outcome) -> Option<String> {
    if expected.out != found.out {
        let lines = |bytes: &[u8]| bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>();
        let (a, b) = (lines(&expected.out), lines(&found.out));
        let line = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
        let show =
            |lines: &[Vec<u8>]| lines.get(line).map_or("nothing".into(), |l| String::from_utf8_lossy(l).into_owned());
        return Some(format!("line {}: expected {:?}, found {:?}", line + 1, show(&a), show(&b)));
    }
    if expected.status != found.status {
        return Some(format!("{}, expected {}", found.status, expected.status));
    }
    None
}

/// Fails with a sentence where the script cannot be read.
pub fn check_script(path: &OsStr) -> Result<(), String> {
    match std::fs::metadata(Path::new(path)) {
        Ok(data) if data.is_file() => Ok(()),
        Ok(_) => Err(format!("{} is not a file", path.display())),
        Err(error) => Err(format!("cannot open {}: {error}", path.display())),
    }
}

/// A duration in the unit that suits it.
pub fn show_seconds(seconds: f64) -> String {
    match seconds {
        s if s.is_nan() => "–".to_string(),
        s if s >= 100.0 => format!("{s:.0} s"),
        s if s >= 1.0 => format!("{s:.2} s"),
        s if s >= 0.1 => format!("{:.0} ms", s * 1e3),
        s if s >= 0.001 => format!("{:.1} ms", s * 1e3),
        s => format!("{:.0} µs", Duration::from_secs_f64(s.max(0.0)).as_nanos() as f64 / 1e3),
    }
}

#[cfg(test)]
mod tests {
    use super::super::discover::Kind;
    use super::*;
    use std::path::PathBuf;

    fn shell() -> Machine {
        Machine { kind: Kind::Other, name: "sh".into(), program: PathBuf::from("/bin/sh"), arguments: Vec::new() }
    }

    #[test]
    fn a_process_is_measured() {
        let outcome = run(&shell(), &["-c".as_ref(), "echo out; echo err >&2; exit 3".as_ref()]).unwrap();
        assert_eq!(
            (outcome.status.code(), outcome.out.as_slice(), outcome.err.as_slice()),
            (Some(3), &b"out\n"[..], &b"err\n"[..])
        );
        assert!(outcome.wall > 0.0 && outcome.cpu >= 0.0 && outcome.peak > 100 * 1024, "{outcome:?}");
    }

    #[test]
    fn much_output_on_both_streams_does_not_block() {
        let script =
            "i=0; while [ $i -lt 3000 ]; do echo $i$i$i$i$i$i$i$i$i$i; echo $i$i$i$i$i$i$i$i$i$i >&2; i=$((i+1)); done";
        let outcome = run(&shell(), &["-c".as_ref(), script.as_ref()]).unwrap();
        assert!(outcome.out.len() > 65536 && outcome.out == outcome.err);
    }

    #[test]
    fn differences_are_named() {
        let run = |script: &str| run(&shell(), &["-c".as_ref(), script.as_ref()]).unwrap();
        let expected = run("echo a; echo b");
        assert_eq!(difference(&expected, &run("printf 'a\\nb\\n'")), None);
        assert_eq!(difference(&expected, &run("echo a; echo c")).unwrap(), "line 2: expected \"b\", found \"c\"");
        assert_eq!(
            difference(&expected, &run("echo a; echo b; exit 1")).unwrap(),
            "exit status: 1, expected exit status: 0"
        );
    }

    #[test]
    fn rounds_start_with_another_machine_each() {
        assert_eq!(turn(3, 0).collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(turn(3, 1).collect::<Vec<_>>(), [1, 2, 0]);
        assert_eq!(turn(3, 5).collect::<Vec<_>>(), [2, 0, 1]);
    }

    #[test]
    fn seconds_read_well() {
        let shown: Vec<String> = [250.0, 2.5, 0.25, 0.0125, 0.000_042].iter().map(|s| show_seconds(*s)).collect();
        assert_eq!(shown, ["250 s", "2.50 s", "250 ms", "12.5 ms", "42 µs"]);
    }
}
