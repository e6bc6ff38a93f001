"""Routes by audience: `readers` (askers and browsers), `programs` (other software, operators' probes).

Officers work in `api.desk`.
"""
