services:
  etcd:
    image: quay.io/coreos/etcd:v{{ .NewVersion }}
    restart: unless-stopped
    network_mode: host
    env_file: etcd.env
    volumes:
      - ./data:/data
      - ./certs:/certs:ro
