#!/bin/sh
# Makes the S/MIME files here with OpenSSL, from the directory `tests`. Keys are thrown away.
set -eu

files=documents/confined/files
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
subject="/CN=Ann Smith/emailAddress=cert@noise.example"
openssl req -x509 -newkey rsa:1024 -nodes -keyout "$folder/key" -out "$folder/cert" -days 3650 -subj "$subject"

PYTHONPATH=. python3 - "$folder" <<'PYTHON'
import base64
import pathlib
import sys

from rig.people import people

rows = "\n".join(";".join(one.row) for one in people(25, "pl")).encode()
head = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n--b\r\n"
part = b"Content-Type: text/csv; name=list.csv\r\nContent-Transfer-Encoding: base64\r\n\r\n"
folder = pathlib.Path(sys.argv[1])
folder.joinpath("list").write_bytes(rows)
folder.joinpath("entity").write_bytes(head + part + base64.encodebytes(rows) + b"\r\n--b--\r\n")
PYTHON

sign() {
    openssl cms -sign -binary -signer "$folder/cert" -inkey "$folder/key" -outform DER "$@"
}
sign -nodetach -in "$folder/entity" -out $files/signed.p7m
sign -nodetach -stream -indef -in "$folder/entity" -out $files/signed-stream.p7m
sign -in "$folder/entity" -out $files/detached.p7s
sign -nodetach -in "$folder/list" -out $files/signed-list.p7m
sign -nodetach -in $files/signed.p7m -econtent_type pkcs7-signedData -out $files/signed-twice.p7m
openssl cms -encrypt -binary -in "$folder/entity" -outform DER -out $files/sealed.p7m "$folder/cert"
sign -nodetach -in $files/sealed.p7m -econtent_type pkcs7-envelopedData -out $files/signed-sealed.p7m
