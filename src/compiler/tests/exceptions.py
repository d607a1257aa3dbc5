def risky(path):
    try:
        with open(path) as file:
            return file.read()
    except OSError as error:
        log(error)
    finally:
        close()


def unbound(flag):
    try:
        value = compute()
    except:
        pass
    if flag:
        del flag
    return value, flag

#| <module>() registers 1
#|   ; 1: def risky(path):
#|      0 MakeFunction       r0, <code risky>, -, -, -, -
#|      7 StoreGlobal        r0, risky
#|   ; 11: def unbound(flag):
#|     11 MakeFunction       r0, <code unbound>, -, -, -, -
#|     18 StoreGlobal        r0, unbound
#|     22 LoadNone           r0
#|     24 Return             r0
#|
#| risky(path) registers 11
#|   r1=file r2=error
#|   ; 3: with open(path) as file:
#|      0 LoadGlobal         r5, open
#|      4 Move               r6, r0
#|      7 Call               r5, r5, argc=1
#|     12 LoadContext        r6, r3, r5, is_async=0
#|     17 CallMethod         r5, r6, argc=0
#|     22 Move               r1, r5
#|   ; 4: return file.read()
#|     25 LoadMethod         r5, r1, read
#|     30 CallMethod         r5, r5, argc=0
#|   ; 3: with open(path) as file:
#|     35 Move               r6, r3
#|     38 Move               r7, r4
#|     41 LoadNone           r8
#|     43 LoadNone           r9
#|     45 LoadNone           r10
#|     47 CallMethod         r6, r6, argc=3
#|   ; 8: close()
#|     52 LoadGlobal         r6, close
#|     56 Call               r6, r6, argc=0
#|   ; 4: return file.read()
#|     61 Return             r5
#|   ; 3: with open(path) as file:
#| >   63 BeginHandler       r5, r6
#|     66 CallExitWithException r7, r3, r5
#|     70 JumpIfTrue         r7, ->86
#|     75 EndHandler         r6
#|     77 Reraise            r5
#| >   79 BeginHandler       r8, r9
#|     82 EndHandler         r6
#|     84 Reraise            r8
#| >   86 EndHandler         r6
#|     88 Jump               ->150
#| >   91 BeginHandler       r3, r4
#|   ; 5: except OSError as error:
#|     94 LoadGlobal         r5, OSError
#|     98 ExceptionMatch     r5, r3, r5
#|    103 JumpIfFalse        r5, ->139
#|    108 Move               r2, r3
#|   ; 6: log(error)
#|    111 LoadGlobal         r5, log
#|    115 Move               r6, r2
#|    118 Call               r5, r5, argc=1
#|    123 EndHandler         r4
#|    125 Clear              r2
#|    127 Jump               ->150
#| >  130 BeginHandler       r5, r6
#|    133 Clear              r2
#|    135 EndHandler         r4
#|    137 Reraise            r5
#| >  139 EndHandler         r4
#|    141 Reraise            r3
#| >  143 BeginHandler       r5, r6
#|    146 EndHandler         r4
#|    148 Reraise            r5
#|   ; 8: close()
#| >  150 LoadGlobal         r3, close
#|    154 Call               r3, r3, argc=0
#|    159 Jump               ->185
#| >  162 BeginHandler       r3, r4
#|    165 LoadGlobal         r5, close
#|    169 Call               r5, r5, argc=0
#|    174 EndHandler         r4
#|    176 Reraise            r3
#| >  178 BeginHandler       r5, r6
#|    181 EndHandler         r4
#|    183 Reraise            r5
#| >  185 LoadNone           r3
#|    187 Return             r3
#|   try 0..22 -> 91
#|   try 22..35 -> 63
#|   try 35..52 -> 91
#|   try 61..63 -> 63
#|   try 63..66 -> 91
#|   try 66..75 -> 79
#|   try 75..88 -> 91
#|   try 88..94 -> 162
#|   try 94..111 -> 143
#|   try 111..123 -> 130
#|   try 123..130 -> 162
#|   try 130..135 -> 143
#|   try 135..150 -> 162
#|   try 165..174 -> 178
#|
#| unbound(flag) registers 6
#|   r1=value
#|   ; 13: value = compute()
#|      0 LoadGlobal         r2, compute
#|      4 Call               r1, r2, argc=0
#|      9 Jump               ->17
#| >   12 BeginHandler       r2, r3
#|     15 EndHandler         r3
#|   ; 16: if flag:
#| >   17 JumpIfFalse        r0, ->24
#|   ; 17: del flag
#|     22 Clear              r0
#|   ; 18: return value, flag
#| >   24 CheckBound         r1
#|     26 Move               r2, r1
#|     29 CheckBound         r0
#|     31 Move               r3, r0
#|     34 BuildTuple         r2, r2, count=2
#|     38 Return             r2
#|   try 0..9 -> 12
