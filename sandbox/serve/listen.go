package serve

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/GlobalFishingWatch/dit/sandbox/ca"
)

// drain is how long requests under way may take when the sandbox stops. Clients that
// wait for a job poll for many seconds; they would hold the stop for as long.
const drain = 300 * time.Millisecond

type listeners struct {
	servers []*http.Server
	names   []string
	failed  chan error
}

// listen opens every configured address before it serves the first request.
func listen(c Config, handler http.Handler) (*listeners, error) {
	l := &listeners{failed: make(chan error, 3)}
	var certificates []tls.Certificate
	if c.TLS != "" {
		certificate, err := ca.Load(c.CA)
		if err != nil {
			return nil, err
		}
		certificates = append(certificates, certificate)
	}
	for _, a := range []struct {
		address string
		secure  bool
	}{{c.TLS, true}, {c.Metadata, false}, {c.API, false}} {
		if a.address == "" {
			continue
		}
		listener, err := net.Listen("tcp", a.address)
		if err != nil {
			l.close()
			return nil, fmt.Errorf("listen on %s: %w", a.address, err)
		}
		l.serve(listener, a.secure, certificates, handler)
	}
	return l, nil
}

func (l *listeners) serve(listener net.Listener, secure bool, certificates []tls.Certificate, handler http.Handler) {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(true)
	protocols.SetUnencryptedHTTP2(true) // gRPC clients with a plain endpoint
	server := &http.Server{
		Handler:           handler,
		Protocols:         protocols,
		ReadHeaderTimeout: time.Minute,
		TLSConfig:         &tls.Config{Certificates: certificates, MinVersion: tls.VersionTLS12},
	}
	l.servers = append(l.servers, server)
	l.names = append(l.names, listener.Addr().String())
	go func() {
		var err error
		if secure {
			err = server.ServeTLS(listener, "", "")
		} else {
			err = server.Serve(listener)
		}
		if !errors.Is(err, http.ErrServerClosed) {
			l.failed <- fmt.Errorf("serve %s: %w", listener.Addr(), err)
		}
	}()
}

func (l *listeners) close() {
	ctx, cancel := context.WithTimeout(context.Background(), drain)
	defer cancel()
	for _, server := range l.servers {
		if server.Shutdown(ctx) != nil {
			server.Close()
		}
	}
}

// String lists the addresses, for people.
func (l *listeners) String() string { return strings.Join(l.names, ", ") }
