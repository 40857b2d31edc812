package ca

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// The files that Write makes in its directory.
const (
	AuthorityFile = "ca.pem"
	ServerFile    = "server.pem"
	KeyFile       = "server-key.pem"
	BundleFile    = "bundle.pem"
)

// rootFiles are the places where systems keep their root certificates.
var rootFiles = []string{
	"/etc/ssl/certs/ca-certificates.crt",
	"/etc/pki/tls/certs/ca-bundle.crt",
	"/etc/ssl/cert.pem",
}

// Write makes a new CA and server certificate in dir, and a bundle of the CA with the
// roots read from the file roots ("" looks where systems keep them; none there leaves
// a bundle of the CA alone). Files that exist are replaced.
func Write(dir, roots string) error {
	authority, server, err := issue(time.Now())
	if err != nil {
		return err
	}
	system, err := readRoots(roots)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make the certificate directory: %w", err)
	}
	key, err := x509.MarshalPKCS8PrivateKey(server.key)
	if err != nil {
		return fmt.Errorf("encode the server's private key: %w", err)
	}
	authorityPEM := encode("CERTIFICATE", authority.der)
	files := map[string][]byte{
		AuthorityFile: authorityPEM,
		ServerFile:    encode("CERTIFICATE", server.der),
		BundleFile:    bytes.Join([][]byte{authorityPEM, system}, nil),
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			return fmt.Errorf("write a certificate: %w", err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, KeyFile), encode("PRIVATE KEY", key), 0o600); err != nil {
		return fmt.Errorf("write the server's private key: %w", err)
	}
	return nil
}

// Load reads the server certificate that Write left in dir.
func Load(dir string) (tls.Certificate, error) {
	certificate, err := tls.LoadX509KeyPair(filepath.Join(dir, ServerFile), filepath.Join(dir, KeyFile))
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("load the server certificate from %s (make it with `sandbox ca --out %s`): %w", dir, dir, err)
	}
	return certificate, nil
}

func readRoots(file string) ([]byte, error) {
	if file != "" {
		content, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read the root certificates: %w", err)
		}
		return content, nil
	}
	for _, file := range rootFiles {
		content, err := os.ReadFile(file)
		if err == nil {
			return content, nil
		}
		if !errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("read the root certificates: %w", err)
		}
	}
	return nil, nil
}

func encode(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}
