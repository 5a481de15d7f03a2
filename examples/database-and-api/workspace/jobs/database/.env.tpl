POSTGRES_PORT={{ get "maand/bucket" "database_port" }}
POSTGRES_PASSWORD={{ getSecret "password" }}
