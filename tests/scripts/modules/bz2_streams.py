"""The module bz2: streams in pieces, files, archives."""
import bz2, io, tarfile, zipfile, os, tempfile
def t(f):
    try: print(repr(f())[:150])
    except BaseException as e: print(type(e).__name__, '|', e)
data = b''.join(bytes([i*i % 251]) * (i % 37) for i in range(20000))
c = bz2.compress(data); t(lambda: len(c) < len(data)); t(lambda: bz2.decompress(c) == data); t(lambda: c[:4]); t(lambda: len(c))
t(lambda: bz2.compress(b'')); t(lambda: bz2.decompress(b'')); t(lambda: bz2.decompress(c + c) == data * 2); t(lambda: bz2.decompress(c[:-5])); t(lambda: bz2.decompress(b'nonsense')); t(lambda: bz2.compress(b'a', 0)); t(lambda: bz2.compress('a'))
k = bz2.BZ2Compressor(1); out = k.compress(data[:1000]) + k.compress(data[1000:]) + k.flush(); t(lambda: bz2.decompress(out) == data); t(lambda: k.compress(b'x')); t(lambda: k.flush())
d = bz2.BZ2Decompressor(); parts = []; 
for i in range(0, len(c), 7): parts.append(d.decompress(c[i:i+7]))
t(lambda: b''.join(parts) == data); t(lambda: (d.eof, d.needs_input, d.unused_data)); t(lambda: d.decompress(b''))
d = bz2.BZ2Decompressor(); parts = [d.decompress(c + b'tail', max_length=100)]; t(lambda: (len(parts[0]), d.needs_input, d.eof))
n = 0
while not d.eof: parts.append(d.decompress(b'', 5000)); n += 1
t(lambda: (b''.join(parts) == data, d.unused_data, max(map(len, parts))))
f = io.BytesIO()
with bz2.open(f, 'wt') as g: g.write('line one\nline two\n')
f.seek(0); t(lambda: bz2.open(f, 'rt').read())
os.chdir(tempfile.mkdtemp())
with bz2.BZ2File('x.bz2', 'w') as g: g.writelines([b'a\n', b'b\n'] * 50000)
with bz2.BZ2File('x.bz2') as g: t(lambda: (sum(1 for _ in g)));
with bz2.BZ2File('x.bz2') as g: g.seek(1000); t(lambda: (g.tell(), g.peek(4)[:4], g.readline(), g.read(3)))
with open('m.txt','w') as m: m.write('member'*100)
with tarfile.open('a.tar.bz2', 'w:bz2') as tar: tar.add('m.txt')
with tarfile.open('a.tar.bz2') as tar: t(lambda: tar.getnames()); t(lambda: len(tar.extractfile('m.txt').read()))
with zipfile.ZipFile('a.zip', 'w', zipfile.ZIP_BZIP2) as z: z.write('m.txt')
with zipfile.ZipFile('a.zip') as z: t(lambda: (z.testzip(), len(z.read('m.txt')), z.infolist()[0].compress_type))
t(lambda: bz2.BZ2Decompressor().decompress('x')); t(lambda: bz2.BZ2Compressor('x'))
