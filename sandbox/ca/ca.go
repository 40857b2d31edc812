// Package ca makes the certificates under which the sandbox answers for Google's host names.
package ca

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"time"
)

// Hosts are the names that clients of the sandbox call.
var Hosts = []string{
	"bigquery.googleapis.com",
	"bigquerystorage.googleapis.com",
	"storage.googleapis.com",
	"www.googleapis.com",
	"oauth2.googleapis.com",
	"accounts.google.com",
	"iamcredentials.googleapis.com",
	"dataflow.googleapis.com",
	"logging.googleapis.com",
	"metadata.google.internal",
	"localhost",
}

// validity is long because the files live in a cached layer and guard nothing but the sandbox.
const validity = 10 * 365 * 24 * time.Hour

// pair is a certificate in DER form with its private key.
type pair struct {
	der []byte
	key *ecdsa.PrivateKey
}

// issue makes a CA and a server certificate for Hosts and the loopback addresses,
// valid from one day before now: clocks of containers may differ.
func issue(now time.Time) (authority, server pair, err error) {
	root := template(now, "dit sandbox CA")
	root.IsCA = true
	root.BasicConstraintsValid = true
	root.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	authority, err = sign(root, nil, nil)
	if err != nil {
		return pair{}, pair{}, err
	}
	// Parsed again: only a parsed parent carries the key id that the child must name.
	parent, err := x509.ParseCertificate(authority.der)
	if err != nil {
		return pair{}, pair{}, fmt.Errorf("read back the new CA certificate: %w", err)
	}
	leaf := template(now, "dit sandbox")
	leaf.DNSNames = Hosts
	leaf.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	leaf.KeyUsage = x509.KeyUsageDigitalSignature
	leaf.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	leaf.BasicConstraintsValid = true
	server, err = sign(leaf, parent, authority.key)
	return authority, server, err
}

func template(now time.Time, name string) *x509.Certificate {
	serial, _ := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	return &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    now.Add(-24 * time.Hour),
		NotAfter:     now.Add(validity),
	}
}

// sign makes a key and a certificate over it; a nil parent means self-signed.
func sign(template, parent *x509.Certificate, parentKey *ecdsa.PrivateKey) (pair, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return pair{}, fmt.Errorf("make a private key: %w", err)
	}
	if parent == nil {
		parent, parentKey = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, parentKey)
	if err != nil {
		return pair{}, fmt.Errorf("sign the certificate of %q: %w", template.Subject.CommonName, err)
	}
	return pair{der, key}, nil
}
