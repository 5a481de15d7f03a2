import socket

import maand

port = maand.get_kv_value("maand", "queue_port")
with socket.create_connection((maand.get_allocation_ip(), int(port)), timeout=5) as connection:
    connection.sendall(b"PING\r\n")
    print(connection.recv(16).decode().strip())
