# Template strings (PEP 750): parts, conversions, errors.
from string.templatelib import Template, Interpolation
import pickle
def t(f):
    try: print(f())
    except BaseException as e: print(type(e).__name__, e)
x=5; name='n'
a = t"hi {name!r:>{x}} {x=} {x = !s} {x:>3}{name}"
print(a, type(a), a.strings, a.values)
t(lambda: list(a)); t(lambda: a+a); t(lambda: a+"x"); t(lambda: "x"+a)
t(lambda: Template(1)); t(lambda: Template(x=1)); t(lambda: Template("a","b",Interpolation(1),Interpolation(2,"e","r",".2")))
t(lambda: Interpolation()); t(lambda: Interpolation(1,2)); t(lambda: Interpolation(1,"x","z")); t(lambda: Interpolation(1,"x",3)); t(lambda: Interpolation(1,"x",None,4)); t(lambda: Interpolation(1,conversion='q'))
t(lambda: Interpolation.__match_args__); t(lambda: Interpolation[int]); t(lambda: Template[int])
t(lambda: type('X',(Template,),{})); t(lambda: type('X',(Interpolation,),{}))
t(lambda: Template.__mro__); t(lambda: Template.__module__+Template.__qualname__)
t(lambda: a == a); t(lambda: a == t"hi"); t(lambda: hash(Interpolation(1)) is not None)
try: a.strings = 1
except Exception as e: print(type(e), e)
try: a.values = 1
except Exception as e: print(type(e), e)
try: a.interpolations[0].value = 1
except Exception as e: print(type(e), e)
t(lambda: Template.__doc__); t(lambda: Interpolation.__doc__); t(lambda: [k for k in dir(Template) if k not in dir(object)]); t(lambda: [k for k in dir(Interpolation) if k not in dir(object)])
t(lambda: Template.__new__.__text_signature__)
t(lambda: Interpolation.__text_signature__)
t(lambda: Template.strings.__doc__); t(lambda: Template.values.__doc__); t(lambda: Template.interpolations.__doc__); t(lambda: Interpolation.value.__doc__); t(lambda:Interpolation.conversion.__doc__);t(lambda:Interpolation.expression.__doc__);t(lambda:Interpolation.format_spec.__doc__)
match a.interpolations[0]:
    case Interpolation(v, e, c, f): print(v,e,c,f)
print(t"" , t"{ x }", t"{ (x) }", t"{x+ 1 !r}", t"a" t"b{x}", rt"\n{x}")
print(pickle.loads(pickle.dumps(a)))
t(lambda: a.__add__("x")); t(lambda: len(a)); t(lambda: f"{a}"[:20])
t(lambda: Interpolation(1, "x", format_spec="s", expression="q"))
print(t"{x!r}".interpolations[0].format_spec == "", t"{x:{name}}")
