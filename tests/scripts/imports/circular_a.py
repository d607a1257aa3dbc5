# helper: imported by the scripts here
import circular_b
a_value = "a"
late = circular_b.b_value
