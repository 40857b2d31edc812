package fault

import (
	"context"
	"net/http"
	"strings"
)

// EnginePath begins the path of every request of the engine to the sandbox's own storage: the engine
// is given the address of the API with it. Wrap takes it off, so rules tell these requests from those of clients.
const EnginePath = "/sandbox/engine"

// Wrap returns next with the faults in force put on its requests, and with Path, under which they are
// changed. Rules are tried in the order in which they were added. Those that strike lie around each
// other, the first outermost: a delay and an error make a late error.
func (r *Rules) Wrap(next http.Handler) http.Handler {
	clients, engine := r.around(next, false), http.StripPrefix(EnginePath, r.around(next, true))
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		ours := strings.HasPrefix(req.URL.Path, "/sandbox/") && r.service(req) != "storage" // that would be an object of a bucket "sandbox"
		switch {
		case ours && isPath(req.URL.Path):
			r.serveFaults(w, req)
		case ours && strings.HasPrefix(req.URL.Path, EnginePath+"/"):
			engine.ServeHTTP(w, req)
		case ours: // what other parts of the sandbox say to each other
			next.ServeHTTP(w, req)
		default:
			clients.ServeHTTP(w, req)
		}
	})
}

// around puts the rules in force around next, at each request.
func (r *Rules) around(next http.Handler, internal bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		list := *r.list.Load()
		if len(list) > 0 {
			if service := r.service(req); service != "" {
				through(list, &asked{service: service, internal: internal}, next).ServeHTTP(w, req)
				return
			}
		}
		next.ServeHTTP(w, req)
	})
}

// asked is what the rules want to know of a request.
type asked struct {
	service  string
	internal bool
	named    *names // once it was read
}

// through puts the rules around next.
func through(list []*active, q *asked, next http.Handler) http.Handler {
	if len(list) == 0 {
		return next
	}
	a := list[0]
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rest := through(list[1:], q, next)
		if !a.isFor(q, r) || !a.strikes() {
			rest.ServeHTTP(w, r)
			return
		}
		a.strike(w, r, q, rest, next)
	})
}

// isFor tells whether the rule is for the request. The body is read only when nothing else decides.
func (a *active) isFor(q *asked, r *http.Request) bool {
	if a.forJob() || a.Internal != q.internal ||
		(a.Service != "" && a.Service != q.service) ||
		(a.Method != "" && a.Method != r.Method) ||
		!match(a.Path, r.URL.Path) {
		return false
	}
	if a.Table == "" && a.ShortLoad == 0 {
		return true
	}
	if !strings.HasPrefix(q.service, "bigquery") {
		return false
	}
	if q.named == nil {
		q.named = readNames(r)
	}
	if a.ShortLoad > 0 && !q.named.shortable() {
		return false
	}
	return a.Table == "" || len(q.named.matching(a.Table)) > 0
}

// strike puts the effect on the request. rest has the rules after this one in it, service none: what
// a fault does by itself is not struck.
func (a *active) strike(w http.ResponseWriter, r *http.Request, q *asked, rest, service http.Handler) {
	switch {
	case a.Status != 0:
		refuse(w, r, a.Status, a.Reason, says(a.id, r))
	case a.Delay > 0:
		late := &lateWriter{ResponseWriter: w, ctx: r.Context(), delay: a.Delay}
		rest.ServeHTTP(late, r)
		late.wait()
	case a.Cut == CutBefore:
		sever(r)
	case a.Cut == CutAfter:
		untilCut(rest, newSilentWriter(), r)
		sever(r)
	case a.Cut == CutBody:
		untilCut(rest, &halfWriter{ResponseWriter: w}, r)
		sever(r)
	case a.DropTable:
		if !drop(r.Context(), service, q.named.matching(a.Table)) {
			a.missed()
		}
		rest.ServeHTTP(w, r)
	case a.ShortLoad > 0:
		if !a.shorten(w, r, q.named, rest, service) {
			a.missed()
		}
	}
}

// call carries out a request of a fault's own against the services.
func call(ctx context.Context, service http.Handler, method, url, contentType string, body []byte) (int, []byte) {
	w := newMemory()
	r := newRequest(ctx, method, url, contentType, body)
	service.ServeHTTP(w, r)
	return w.Code, w.Body.Bytes()
}
