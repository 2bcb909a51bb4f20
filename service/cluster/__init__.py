"""Beyond one machine: camera groups on several nodes over one database. Only `service.cluster.nodes` imports Ray."""
