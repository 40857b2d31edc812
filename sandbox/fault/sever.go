package fault

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
)

type connection struct{}

// ConnContext is for http.Server.ConnContext: it lets faults close the connection of a request. Over
// HTTP/2 that cuts off all requests on it, as a network does; without it only the one is reset.
func ConnContext(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connection{}, c)
}

// sever cuts the connection of a request. It does not return.
func sever(r *http.Request) {
	switch c := r.Context().Value(connection{}).(type) {
	case *tls.Conn:
		c.NetConn().Close() // without TLS's own farewell
	case net.Conn:
		c.Close()
	}
	panic(http.ErrAbortHandler)
}

// untilCut has a service answer to a writer that ends the answer early. Proxies abort then.
func untilCut(service http.Handler, w http.ResponseWriter, r *http.Request) {
	defer func() {
		if p := recover(); p != nil && p != http.ErrAbortHandler {
			panic(p)
		}
	}()
	service.ServeHTTP(w, r)
}
