import maand

print("jobs that are active:", maand.get_kv_value("maand", "activejobs"))
