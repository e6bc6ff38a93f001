"""Routes by audience: `readers` (askers and browsers), `programs` (other software, operators' probes).

Officers get theirs in `api.desk`, trainers theirs beside these.
"""
