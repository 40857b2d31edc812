//go:build sandbox

package registry_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
	"testing"
)

// proxy stands between one process, its children included, and Google Cloud. To them it is an HTTPS proxy; it ends their TLS as
// Google's hosts would, and hands each request to the sandbox.
type proxy struct {
	// url is what HTTPS_PROXY is to say.
	url string
	// at is the request at which strike is called, counted from 1; 0 for none. Before the request is handed on or, late, after
	// it was answered; in both cases the answer is not delivered. From then on nothing gets through.
	at     int64
	late   bool
	strike func()
	// before, when it is set, is called with the body of each request before that is handed on, and may hold it up.
	before func(body []byte)

	seen   atomic.Int64
	struck atomic.Bool
	to     http.Handler
}

// newProxy starts a proxy that ends with the test.
func newProxy(t *testing.T) *proxy {
	t.Helper()
	to, err := url.Parse(world.sandbox)
	if err != nil {
		t.Fatal(err)
	}
	to.Path = "/"
	quiet := log.New(io.Discard, "", 0) // connections of killed processes are cut
	p := &proxy{to: &httputil.ReverseProxy{ErrorLog: quiet, Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(to)
		r.Out.Host = r.In.Host
	}}}
	certificate, err := tls.LoadX509KeyPair(world.certificate, world.certificate)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.url = "http://" + listener.Addr().String()
	tunnels := &tunnels{Listener: listener, conns: make(chan net.Conn), closed: make(chan struct{})}
	outer := &http.Server{Handler: tunnels, ErrorLog: quiet}
	inner := &http.Server{Handler: p, ErrorLog: quiet, TLSConfig: &tls.Config{Certificates: []tls.Certificate{certificate}}}
	go outer.Serve(listener)
	go inner.ServeTLS(tunnels, "", "")
	t.Cleanup(func() {
		outer.Close()
		inner.Close()
	})
	return p
}

// ServeHTTP hands one request on, or strikes.
func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n := p.seen.Add(1)
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if p.before != nil {
		p.before(body)
	}
	// Whoever asked may be killed at any moment. What is asked of the service is asked whole, and its answer read to the end, all the
	// same: connections that are cut in the middle choke the tunnel through which a container's port is reached.
	ctx, done := context.WithCancel(context.WithoutCancel(r.Context()))
	defer done()
	r = r.WithContext(ctx)
	r.Body = io.NopCloser(bytes.NewReader(body))
	switch {
	case p.struck.Load():
		panic(http.ErrAbortHandler)
	case n != p.at:
		answer := httptest.NewRecorder()
		p.to.ServeHTTP(answer, r)
		maps.Copy(w.Header(), answer.Header())
		w.WriteHeader(answer.Code)
		w.Write(answer.Body.Bytes())
	case p.late:
		p.to.ServeHTTP(httptest.NewRecorder(), r)
		fallthrough
	default:
		p.struck.Store(true)
		p.strike()
		panic(http.ErrAbortHandler)
	}
}
