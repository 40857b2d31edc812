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
	"github.com/GlobalFishingWatch/dit/sandbox/fault"
)

// drain is how long requests under way may take when the sandbox stops. Clients that
// wait for a job poll for many seconds; they would hold the stop for as long.
const drain = 300 * time.Millisecond

type listeners struct {
	all     []listener
	servers []*http.Server
	failed  chan error
}

type listener struct {
	net.Listener
	certificates []tls.Certificate // nil: plain
}

// listen opens every configured address. What connects before serve is called waits for it.
func listen(c Config) (*listeners, error) {
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
		address      string
		certificates []tls.Certificate
	}{{c.TLS, certificates}, {c.Metadata, nil}, {c.API, nil}} {
		if a.address == "" {
			continue
		}
		opened, err := net.Listen("tcp", a.address)
		if err != nil {
			l.close()
			return nil, fmt.Errorf("listen on %s: %w", a.address, err)
		}
		l.all = append(l.all, listener{opened, a.certificates})
	}
	return l, nil
}

// serve answers on all addresses.
func (l *listeners) serve(handler http.Handler) {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(true)
	protocols.SetUnencryptedHTTP2(true) // gRPC clients with a plain endpoint
	for _, on := range l.all {
		server := &http.Server{
			Handler:           handler,
			Protocols:         protocols,
			ReadHeaderTimeout: time.Minute,
			ConnContext:       fault.ConnContext,
			TLSConfig:         &tls.Config{Certificates: on.certificates, MinVersion: tls.VersionTLS12},
		}
		l.servers = append(l.servers, server)
		go func() {
			var err error
			if on.certificates != nil {
				err = server.ServeTLS(on, "", "")
			} else {
				err = server.Serve(on)
			}
			if !errors.Is(err, http.ErrServerClosed) {
				l.failed <- fmt.Errorf("serve %s: %w", on.Addr(), err)
			}
		}()
	}
}

func (l *listeners) close() {
	ctx, cancel := context.WithTimeout(context.Background(), drain)
	defer cancel()
	for _, server := range l.servers {
		if server.Shutdown(ctx) != nil {
			server.Close()
		}
	}
	for _, on := range l.all {
		on.Close() // those that never served; the others are closed already
	}
}

// String lists the addresses, for people.
func (l *listeners) String() string {
	var names []string
	for _, on := range l.all {
		names = append(names, on.Addr().String())
	}
	return strings.Join(names, ", ")
}
