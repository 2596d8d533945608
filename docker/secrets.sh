#!/bin/sh
# Makes a password, and certificates for TLS, once: what is there stays.
#
#   docker/secrets.sh FOR_REDIS FOR_CONNECT
#
# FOR_REDIS gets the server's certificate and key, the CA's certificate, and the password: as users.acl, for a user "sink"
# with the rights that the sink needs, as cluster.acl for a cluster, and in a file of its own. FOR_CONNECT gets the client's certificate and key, the CA's
# certificate, and redis.properties, which the worker reads the password from. The CA's key is not kept.
set -eu
for_redis=$1
for_connect=$2
if [ -e "$for_connect/complete" ]; then
  exit 0
fi
umask 022
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=CA of the Redis example" -keyout ca.key -out ca.pem

# signed NAME HOSTS: NAME.key, and NAME.pem for these host names.
signed() {
  openssl req -new -newkey rsa:2048 -nodes -subj "/CN=$1" -keyout "$1.key" -out "$1.csr"
  printf 'subjectAltName=%s\n' "$2" > "$1.ext"
  openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 825 -extfile "$1.ext" -out "$1.pem"
}
signed redis "DNS:redis,DNS:redis-2,DNS:redis-3,DNS:redis-4,DNS:redis-5,DNS:redis-6,DNS:localhost,IP:127.0.0.1"
signed client "DNS:client"

password=$(openssl rand -hex 24)
printf 'user default off\nuser sink on >%s %s\n' "$password" \
  '~* +@read +@write -@dangerous +restore +evalsha +script|load +ping +client|setname +select +time +info +flushdb' > users.acl
# A node logs in at the others as "node", and so do those who look after the cluster.
printf 'user default off\nuser node on >%s ~* &* +@all\nuser sink on >%s %s\n' "$password" "$password" \
  '~* +@read +@write -@dangerous +restore +evalsha +script|load +ping +client|setname +select +time +info +flushdb +cluster|info +cluster|slots +cluster|nodes +cluster|countkeysinslot +cluster|getkeysinslot' > cluster.acl
printf '%s\n' "$password" > password
printf 'password=%s\n' "$password" > redis.properties

mkdir -p "$for_redis" "$for_connect"
cp ca.pem redis.pem redis.key users.acl cluster.acl password "$for_redis"
cp ca.pem client.pem client.key redis.properties "$for_connect"
# The servers run as other users than this script; only their own containers see these folders.
chmod 644 "$for_redis"/* "$for_connect"/*
touch "$for_connect/complete"
