# The state of StringIO and BytesIO: copies, pickles, __setstate__.
import copy
import io
import pickle


def t(f):
    try: print(repr(f()))
    except Exception as e: print(type(e).__name__, e)
s=io.StringIO('abc\ndef'); s.read(2)
print(s.__getstate__()); s.x=5; print(s.__getstate__())
b=io.BytesIO(b'abc'); b.read(1); print(b.__getstate__()); b.x=6; print(b.__getstate__())
for c in (copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))):
    d=c(s); print(d.getvalue(), d.tell(), d.x, d.read())
    d=c(b); print(d.getvalue(), d.tell(), d.x, d.read())
s=io.StringIO()
t(lambda: s.__setstate__(('no','\n',6,None))); t(lambda: s.getvalue()); t(lambda: s.tell())
t(lambda: s.__setstate__(('', '', 0))); t(lambda: s.__setstate__(('','',0,{},1))); t(lambda: s.__setstate__(0)); t(lambda: s.__setstate__(('', 'x', 0, None))); t(lambda: s.__setstate__(('', None, -1, None))); t(lambda: s.__setstate__(('', '', 'a', None))); t(lambda: s.__setstate__((b'', '', 0, None))); t(lambda: s.__setstate__(('', '', 0, 5)))
t(lambda: s.__setstate__(('ab\r\ncd', '\n', 1, {'y':1}))); t(lambda: (s.getvalue(), s.tell(), s.y))
b=io.BytesIO()
t(lambda: b.__setstate__((b'no', 1, {'a':3}))); t(lambda:(b.getvalue(), b.tell(), b.a))
for a in ((b'',0), (b'',0,None,1), 0, (b'',-1,None),(b'','a',None),('',0,None),(b'',0,5)): t(lambda: b.__setstate__(a))
s.close(); t(lambda: s.__getstate__()); t(lambda: s.__setstate__(('','',0,None)))
b.close(); t(lambda: b.__getstate__()); t(lambda: b.__setstate__((b'',0,None)))
