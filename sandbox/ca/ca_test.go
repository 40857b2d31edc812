package ca

import (
	"crypto/x509"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWriteServesEveryHost(t *testing.T) {
	dir := t.TempDir()
	roots := filepath.Join(t.TempDir(), "roots.pem")
	if err := os.WriteFile(roots, []byte("# system roots\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Write(dir, roots); err != nil {
		t.Fatal(err)
	}
	certificate, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(certificate.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	bundle, err := os.ReadFile(filepath.Join(dir, BundleFile))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(string(bundle), "# system roots\n") {
		t.Error("the bundle lacks the system's roots: real hosts would not be trusted")
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(bundle)
	for _, host := range append([]string{"127.0.0.1"}, Hosts...) {
		if _, err := leaf.Verify(x509.VerifyOptions{DNSName: host, Roots: pool}); err != nil {
			t.Errorf("%s: %v", host, err)
		}
	}
	// Python 3.13 verifies strictly: without these two it refuses the chain.
	if len(leaf.AuthorityKeyId) == 0 {
		t.Error("the server certificate names no authority key")
	}
	if info, _ := os.Stat(filepath.Join(dir, KeyFile)); info.Mode().Perm() != 0o600 {
		t.Errorf("private key has mode %v, want 0600", info.Mode().Perm())
	}
}

func TestLoadSaysHowToMakeThem(t *testing.T) {
	_, err := Load(t.TempDir())
	if err == nil || !strings.Contains(err.Error(), "sandbox ca --out") {
		t.Errorf("error = %v, want one that names the command to run", err)
	}
}
