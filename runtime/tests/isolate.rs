//! Isolates start, and several live in one process.

use taipan_runtime::types::str::Str;
use taipan_runtime::value::Value;
use taipan_runtime::vm::{Vm, VmOptions};

fn with_thread(options: VmOptions, body: impl FnOnce(&taipan_runtime::thread::Thread)) {
    let marker = 0u8;
    let base = (&raw const marker).addr() + 64;
    match Vm::new(options, base, base - (1 << 20)) {
        Ok((vm, thread)) => {
            body(&thread);
            drop(thread);
            drop(vm);
        }
        Err(error) => panic!("no isolate: {error:?}"),
    }
}

#[test]
fn an_isolate_starts_and_knows_its_classes() {
    with_thread(VmOptions::default(), |thread| {
        let types = &thread.vm().types;
        assert_eq!(thread.type_name(Value::small_wrapping(3)), "int");
        assert_eq!(thread.type_name(Value::NONE), "NoneType");
        assert_eq!(thread.class_of(Value::TRUE), types.bool);
        assert!(types.bool.is_subclass_of(types.int));
        let append = thread.vm().interner.intern_text(thread, "append");
        assert!(types.list.lookup(thread, append).is_some());
        assert_eq!(Str::new(thread, "abc").as_str(thread), Some("abc"));
    });
}

#[test]
fn two_isolates_run_on_two_threads() {
    let run = || {
        with_thread(VmOptions::default(), |thread| {
            for i in 0..50_000i64 {
                let text = Str::new(thread, &i.to_string());
                assert_eq!(text.byte_len(), i.to_string().len());
            }
        });
    };
    let other = std::thread::spawn(run);
    run();
    assert!(other.join().is_ok());
}
