def match_it(subject):
    match subject:
        case 0 | 1:
            return "small"
        case [x, *rest] if x:
            return rest
        case {"key": value, **others}:
            return value, others
        case Point(x=0, y=y):
            return y
        case None:
            return None
        case _:
            return -1

#| <module>() registers 1
#|   ; 1: def match_it(subject):
#|      0 MakeFunction       r0, <code match_it>, -, -, -, -
#|      7 StoreGlobal        r0, match_it
#|     11 LoadNone           r0
#|     13 Return             r0
#|
#| match_it(subject) registers 12
#|   r1=x r2=rest r3=value r4=others r5=y
#|   ; 2: match subject:
#|      0 Move               r6, r0
#|   ; 3: case 0 | 1:
#|      3 JumpEqImm          r6, 0, sense=0, ->13
#|     10 Jump               ->20
#| >   13 JumpEqImm          r6, 1, sense=0, ->25
#|   ; 4: return "small"
#| >   20 LoadConst          r7, "small"
#|     23 Return             r7
#|   ; 5: case [x, *rest] if x:
#| >   25 MatchSequence      r7, r6
#|     28 JumpIfFalse        r7, ->61
#|     33 GetLen             r7, r6
#|     36 JumpGeImm          r7, 1, sense=0, ->61
#|     43 UnpackEx           r6, r7, before=1, after=0
#|     48 Move               r1, r7
#|     51 Move               r2, r8
#|     54 JumpIfFalse        r1, ->61
#|   ; 6: return rest
#|     59 Return             r2
#|   ; 7: case {"key": value, **others}:
#| >   61 MatchMapping       r7, r6
#|     64 JumpIfFalse        r7, ->129
#|     69 GetLen             r7, r6
#|     72 JumpGeImm          r7, 1, sense=0, ->129
#|     79 LoadConst          r7, ("key",)
#|     82 MatchKeys          r8, r6, r7
#|     86 JumpIfNone         r8, ->129
#|     91 UnpackSequence     r8, r9, count=1
#|     96 BuildDict          r10, r10, count=0
#|    100 DictUpdate         r10, r6
#|    103 UnpackSequence     r7, r11, count=1
#|    108 DeleteSubscript    r10, r11
#|    111 Move               r3, r9
#|    114 Move               r4, r10
#|   ; 8: return value, others
#|    117 Move               r7, r3
#|    120 Move               r8, r4
#|    123 BuildTuple         r7, r7, count=2
#|    127 Return             r7
#|   ; 9: case Point(x=0, y=y):
#| >  129 LoadGlobal         r7, Point
#|    133 MatchClass         r7, r6, r7, count=0, ("x", "y")
#|    139 JumpIfNone         r7, ->161
#|    144 UnpackSequence     r7, r8, count=2
#|    149 JumpEqImm          r8, 0, sense=0, ->161
#|    156 Move               r5, r9
#|   ; 10: return y
#|    159 Return             r5
#|   ; 11: case None:
#| >  161 JumpIfNotNone      r6, ->170
#|   ; 12: return None
#|    166 LoadNone           r7
#|    168 Return             r7
#|   ; 13: case _:
#| >  170 Nop
#|   ; 14: return -1
#|    171 LoadInt            r6, -1
#|    175 Return             r6
