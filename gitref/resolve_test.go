package gitref

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
)

// sample has two commits on main, tags of all sorts, and names that mean two things.
func sample(t *testing.T, bare bool) (b *builder, first, second plumbing.Hash) {
	b = newRepo(t, bare)
	first = b.commit("", b.tree(b.file("a", "1")))
	second = b.commit("main", b.tree(b.file("a", "2")), first)
	b.ref("refs/heads/feature/x", first)
	b.ref("refs/heads/both", first)
	b.ref("refs/tags/both", second)
	b.ref("refs/tags/v1.0.0", first)
	tag := b.annotate("v1.1.0", plumbing.CommitObject, second)
	b.annotate("nested", plumbing.TagObject, tag)
	b.ref("refs/remotes/origin/theirs", first)
	return b, first, second
}

func TestResolve(t *testing.T) {
	b, first, second := sample(t, false)
	server := serve(t, filepath.Dir(b.dir), "")
	url := server.URL + "/" + filepath.Base(b.dir) + "/.git"
	one, two := first.String(), second.String()
	tests := []struct {
		ref, sha, name string
		err            error
		says           string
		localOnly      bool
	}{
		{ref: "main", sha: two, name: "refs/heads/main"},
		{ref: "HEAD", sha: two, name: "HEAD"},
		{ref: "feature/x", sha: one, name: "refs/heads/feature/x"},
		{ref: "refs/heads/main", sha: two, name: "refs/heads/main"},
		{ref: "v1.0.0", sha: one, name: "refs/tags/v1.0.0"},
		{ref: "v1.1.0", sha: two, name: "refs/tags/v1.1.0"},
		{ref: "nested", sha: two, name: "refs/tags/nested"},
		{ref: "refs/tags/both", sha: two, name: "refs/tags/both"},
		{ref: "both", err: ErrAmbiguousRef, says: "refs/heads/both (" + one + ") and refs/tags/both (" + two + ")"},
		{ref: one, sha: one},
		{ref: strings.ToUpper(one), sha: one},
		{ref: one[:7], sha: one, localOnly: true},
		{ref: two[:12], sha: two, localOnly: true},
		{ref: two[:11], sha: two, localOnly: true},
		{ref: two[:3], err: ErrUnknownRef},
		{ref: "origin/theirs", sha: one, name: "refs/remotes/origin/theirs", localOnly: true},
		{ref: strings.Repeat("0", 40), err: ErrUnknownRef, localOnly: true},
		{ref: "mian", err: ErrUnknownRef, says: "it has branch main"},
		{ref: "refs/heads/none", err: ErrUnknownRef},
		{ref: "", err: ErrBadRef},
		{ref: "-x", err: ErrBadRef},
		{ref: "--upload-pack=touch /tmp/x", err: ErrBadRef},
		{ref: "main~1", err: ErrBadRef, says: "expressions"},
		{ref: "main@{1}", err: ErrBadRef},
		{ref: "a b", err: ErrBadRef},
		{ref: "a\nb", err: ErrBadRef},
		{ref: "refs/../x", err: ErrBadRef},
	}
	for _, repo := range []string{b.dir, "file://" + b.dir, url} {
		for _, test := range tests {
			if repo == url && test.localOnly {
				continue
			}
			t.Run(fmt.Sprintf("%.4s/%q", repo, test.ref), func(t *testing.T) {
				got, err := Resolve(t.Context(), repo, test.ref, Auth{})
				if test.err != nil {
					if !errors.Is(err, test.err) || !strings.Contains(err.Error(), test.says) {
						t.Errorf("error %v, want %v with %q", err, test.err, test.says)
					}
					return
				}
				if err != nil || got.SHA != test.sha || got.Ref != test.name || got.DefaultBranch != "main" || got.Repository == "" {
					t.Errorf("%+v, %v; want %s of %s", got, err, test.sha, test.name)
				}
			})
		}
	}
	if _, err := Resolve(t.Context(), url, one[:7], Auth{}); !errors.Is(err, ErrUnknownRef) || !strings.Contains(err.Error(), "all 40 digits") {
		t.Errorf("abbreviated commit of a URL: %v", err)
	}
	// A branch that looks like a commit.
	b.ref("refs/heads/"+one[:8], second)
	b.ref("refs/heads/"+one, second)
	for _, repo := range []string{b.dir, url} {
		if _, err := Resolve(t.Context(), repo, one, Auth{}); !errors.Is(err, ErrAmbiguousRef) {
			t.Errorf("%s: a branch named as a commit: %v", repo, err)
		}
	}
	if _, err := Resolve(t.Context(), b.dir, one[:8], Auth{}); !errors.Is(err, ErrAmbiguousRef) {
		t.Errorf("a branch named as an abbreviated commit: %v", err)
	}
}

func TestResolveUnreachable(t *testing.T) {
	const token = "s3cr3t/+token"
	b, _, two := sample(t, true)
	locked := serve(t, filepath.Dir(b.dir), token)
	private := locked.URL + "/" + filepath.Base(b.dir)
	if got, err := Resolve(t.Context(), private, "main", Auth{Token: token}); err != nil || got.SHA != two.String() {
		t.Fatalf("with the token: %v, %v", got, err)
	}
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	empty := newRepo(t, true)
	tests := []struct {
		repo string
		auth Auth
		err  error
		says string
	}{
		{private, Auth{}, ErrUnreachable, "--git-token"},
		{private, Auth{Token: "wr0ng" + token}, ErrUnreachable, "not accepted"},
		{"http://" + closed.Addr().String() + "/x", Auth{}, ErrUnreachable, "check the address"},
		{"http://" + closed.Addr().String() + "/" + token, Auth{Token: token}, ErrUnreachable, ""},
		{t.TempDir(), Auth{}, ErrUnreachable, "directory or URL"},
		{"-oProxyCommand=x", Auth{}, ErrBadRef, "hyphen"},
		{"ssh://-oProxyCommand=x/y", Auth{}, ErrBadRef, "no host"},
		{"https://u:s3cr3t@example.com/x", Auth{}, ErrBadRef, "--git-token"},
		{"https://" + "s3cr3t" + "@example.com/x", Auth{Token: "s3cr3t"}, ErrBadRef, "--git-token"},
		{"ext::sh -c id", Auth{}, ErrBadRef, "helper"},
		{"git://example.com/x", Auth{}, ErrBadRef, "scheme"},
		{"", Auth{}, ErrBadRef, "empty"},
		{empty.dir, Auth{}, ErrUnknownRef, "no branch and no tag"},
		{"file://" + empty.dir, Auth{}, ErrUnknownRef, "no branch and no tag"},
		{serve(t, filepath.Dir(empty.dir), "").URL + "/" + filepath.Base(empty.dir), Auth{}, ErrUnknownRef, "no branch and no tag"},
	}
	t.Setenv("SSH_AUTH_SOCK", "")
	for _, test := range tests {
		_, err := Resolve(t.Context(), test.repo, "main", test.auth)
		if !errors.Is(err, test.err) || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%q: error %v, want %v with %q", test.repo, err, test.err, test.says)
		}
		if strings.Contains(fmt.Sprintf("%+v", err), "s3cr3t") {
			t.Errorf("%q: the token shows: %v", test.repo, err)
		}
	}
	if _, err := Resolve(t.Context(), "git@127.0.0.1:x/y.git", "main", Auth{}); !errors.Is(err, ErrUnreachable) || !strings.Contains(err.Error(), "--git-socket") {
		t.Errorf("ssh without an agent: %v", err)
	}
	if text := fmt.Sprintf("%v %+v %#v %s", Auth{token}, Auth{token}, Auth{token}, Auth{token}); strings.Contains(text, "s3cr3t") {
		t.Errorf("an Auth prints its token: %s", text)
	}
}

// The token goes neither over an open line to another machine nor to a host that a server redirects to.
func TestTokenStays(t *testing.T) {
	var seen []string
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.Header.Get("Authorization"))
		http.NotFound(w, r)
	}))
	defer other.Close()
	first := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, strings.Replace(other.URL, "127.0.0.1", "localhost", 1)+r.URL.RequestURI(), http.StatusFound)
	}))
	defer first.Close()
	_, err := Resolve(t.Context(), first.URL+"/x", "main", Auth{Token: "secret"})
	if !errors.Is(err, ErrUnreachable) || len(seen) == 0 || strings.Join(seen, "") != "" {
		t.Errorf("error %v; the other host saw %q", err, seen)
	}
	for address, may := range map[string]bool{"https://example.com/x": true, "http://example.com/x": false, "http://127.0.0.1:1/x": true,
		"http://[::1]/x": true, "http://localhost.example.com/x": false, "ssh://git@example.com/x": false} {
		l, err := parseLocation(address)
		if err != nil || l.mayHaveToken() != may {
			t.Errorf("%s: may have a token: %v, %v", address, !may, err)
		}
	}
}

func TestResolveStopsWithContext(t *testing.T) {
	hang := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer hang.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := Resolve(ctx, hang.URL, "main", Auth{})
	if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, ErrUnreachable) {
		t.Errorf("error %v", err)
	}
}

// No text makes Resolve panic, start a program or answer with something that is no commit.
func FuzzResolve(f *testing.F) {
	for _, s := range []string{"main", "-x", "--output=/x", "refs/heads/main", "0000", "a..b", "HEAD", "@", "both", "\x00"} {
		f.Add(s)
	}
	var dir string
	f.Fuzz(func(t *testing.T, ref string) {
		if dir == "" {
			b, _, _ := sample(t, true)
			dir = b.dir
		}
		got, err := Resolve(t.Context(), dir, ref, Auth{})
		known := errors.Is(err, ErrBadRef) || errors.Is(err, ErrUnknownRef) || errors.Is(err, ErrAmbiguousRef) || errors.Is(err, ErrUnreachable)
		if err == nil && (len(got.SHA) != 40 || strings.HasPrefix(ref, "-")) || err != nil && !known {
			t.Errorf("%q: %+v, %v", ref, got, err)
		}
	})
}
