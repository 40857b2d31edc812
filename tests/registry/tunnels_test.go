//go:build sandbox

package registry_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"net/http"
	"os"
	"time"
)

// tunnels are the connections that CONNECT requests opened, as a listener.
type tunnels struct {
	net.Listener
	conns  chan net.Conn
	closed chan struct{}
}

func (l *tunnels) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodConnect {
		http.Error(w, "only CONNECT", http.StatusMethodNotAllowed)
		return
	}
	var conn net.Conn
	var buffered *bufio.ReadWriter
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	buffered.WriteString("HTTP/1.1 200 OK\r\n\r\n")
	buffered.Flush()
	select {
	case l.conns <- conn:
	case <-l.closed:
		conn.Close()
	}
}

// Accept implements [net.Listener].
func (l *tunnels) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close implements [net.Listener].
func (l *tunnels) Close() error {
	close(l.closed)
	return nil
}

// makeCertificate writes a certificate for Google's hosts that signs itself, and its key.
func makeCertificate(file string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"*.googleapis.com"}, NotAfter: time.Now().Add(24 * time.Hour), IsCA: true, BasicConstraintsValid: true}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(pem.Encode(f, &pem.Block{Type: "CERTIFICATE", Bytes: certificate}), pem.Encode(f, &pem.Block{Type: "PRIVATE KEY", Bytes: private}), f.Close())
}
