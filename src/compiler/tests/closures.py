def outer(x):
    y = [x * z for z in range(3)]

    def inner():
        nonlocal y
        y = x
        return lambda: y

    return inner


class Point(Base):
    """A point."""

    dimensions: int = 2

    def __init__(self, x):
        super().__init__()
        self.x = x

#| <module>() registers 5
#|   ; 1: def outer(x):
#|      0 MakeFunction       r0, <code outer>, -, -, -, -
#|      7 StoreGlobal        r0, outer
#|   ; 12: class Point(Base):
#|     11 LoadBuildClass     r1
#|     13 MakeFunction       r2, <code Point>, -, -, -, -
#|     20 LoadConst          r3, "Point"
#|     23 LoadGlobal         r4, Base
#|     27 Call               r0, r1, argc=3
#|     32 StoreGlobal        r0, Point
#|     36 LoadNone           r0
#|     38 Return             r0
#|
#| outer(x) registers 7
#|   r1=z r2=inner r0=x(cell) r3=y(cell)
#|      0 MakeCell           r0
#|      2 MakeCell           r3
#|   ; 2: y = [x * z for z in range(3)]
#|      4 LoadGlobal         r5, range
#|      8 LoadInt            r6, 3
#|     12 Call               r5, r5, argc=1
#|     17 GetIter            r5, r5
#|     21 BuildList          r4, r4, count=0
#| >   25 ForIter            r1, r5, ->47
#|     31 LoadCell           r6, r0
#|     34 Mul                r6, r6, r1, inplace=0
#|     40 ListAppend         r4, r6
#|     43 JumpBack           ->25
#| >   47 Clear              r1
#|     49 StoreCell          r3, r4
#|   ; 4: def inner():
#|     52 Move               r4, r0
#|     55 Move               r5, r3
#|     58 BuildTuple         r4, r4, count=2
#|     62 MakeFunction       r2, <code outer.<locals>.inner>, -, -, -, r4
#|   ; 9: return inner
#|     69 Return             r2
#|
#| outer.<locals>.inner() registers 2
#|   free0=x free1=y
#|   ; 6: y = x
#|      0 LoadFree           r0, index=0
#|      3 StoreFree          index=1, r0
#|   ; 7: return lambda: y
#|      6 LoadClosureCell    r1, index=1
#|      9 BuildTuple         r1, r1, count=1
#|     13 MakeFunction       r0, <code outer.<locals>.inner.<locals>.<lambda>>, -, -, -, r1
#|     20 Return             r0
#|
#| outer.<locals>.inner.<locals>.<lambda>() registers 1
#|   free0=y
#|   ; 7: return lambda: y
#|      0 LoadFree           r0, index=0
#|      3 Return             r0
#|
#| Point() registers 4
#|   r0=__class__(cell) r1=__classdict__(cell)
#|      0 MakeCell           r0
#|      2 MakeCell           r1
#|   ; 12: class Point(Base):
#|      4 LoadName           r2, __name__
#|      8 StoreName          r2, __module__
#|     12 LoadConst          r2, "Point"
#|     15 StoreName          r2, __qualname__
#|     19 LoadInt            r2, 12
#|     23 StoreName          r2, __firstlineno__
#|     27 LoadLocals         r2
#|     29 StoreCell          r1, r2
#|   ; 13: """A point."""
#|     32 LoadConst          r2, "A point."
#|     35 StoreName          r2, __doc__
#|   ; 15: dimensions: int = 2
#|     39 LoadInt            r2, 2
#|     43 StoreName          r2, dimensions
#|   ; 17: def __init__(self, x):
#|     47 Move               r3, r0
#|     50 BuildTuple         r3, r3, count=1
#|     54 MakeFunction       r2, <code Point.__init__>, -, -, -, r3
#|     61 StoreName          r2, __init__
#|   ; 12: class Point(Base):
#|     65 Move               r3, r1
#|     68 BuildTuple         r3, r3, count=1
#|     72 MakeFunction       r2, <code Point.__annotate__>, -, -, -, r3
#|     79 StoreName          r2, __annotate_func__
#|     83 LoadConst          r2, ("x",)
#|     86 StoreName          r2, __static_attributes__
#|     90 StoreName          r1, __classdictcell__
#|     94 StoreName          r0, __classcell__
#|     98 Return             r0
#|
#| Point.__init__(self, x) registers 5
#|   free0=__class__
#|   ; 18: super().__init__()
#|      0 LoadGlobal         r3, super
#|      4 LoadFree           r4, index=0
#|      7 LoadSuperMethod    r2, r3, r4, r0, explicit=0, __init__
#|     15 CallMethod         r2, r2, argc=0
#|   ; 19: self.x = x
#|     20 StoreAttr          r0, x, r1
#|     25 LoadNone           r2
#|     27 Return             r2
#|
#| Point.__annotate__(format) registers 5
#|   free0=__classdict__
#|   ; 12: class Point(Base):
#|      0 Intrinsic1         r1, CheckAnnotationFormat, r0
#|      4 BuildDict          r1, r1, count=0
#|   ; 15: dimensions: int = 2
#|      8 LoadFree           r4, index=0
#|     11 LoadDictOrGlobal   r3, r4, int
#|   ; 12: class Point(Base):
#|     15 LoadConst          r2, "dimensions"
#|     18 DictInsert         r1, r2, r3
#|     22 Return             r1
