// Package gittest is what tests have of git itself: its own server over HTTP, and a home with nobody's settings. Nothing else here needs the git program.
package gittest

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Server serves the repositories below Root.
type Server struct {
	// URL has no slash at its end; a repository's address is URL/<path below Root>.
	URL  string
	Root string
	// Token lets its holder in, as the user x-access-token; empty lets everybody in.
	Token string
	// ReadOnly is a token with which nothing can be pushed; empty for none.
	ReadOnly string
}

// Serve starts a server that ends with the test. Everyone who gets in may push.
func Serve(t testing.TB, root, token string) *Server {
	t.Helper()
	programs, err := exec.Command("git", "--exec-path").Output()
	if err != nil {
		t.Fatalf("these tests need the git program, for its HTTP server: %v", err)
	}
	s := &Server{Root: root, Token: token}
	settings := []string{"safe.directory=*", "http.receivepack=true"}
	env := []string{"GIT_PROJECT_ROOT=" + root, "GIT_HTTP_EXPORT_ALL=1", fmt.Sprintf("GIT_CONFIG_COUNT=%d", len(settings))}
	for i, setting := range settings {
		key, value, _ := strings.Cut(setting, "=")
		env = append(env, fmt.Sprintf("GIT_CONFIG_KEY_%d=%s", i, key), fmt.Sprintf("GIT_CONFIG_VALUE_%d=%s", i, value))
	}
	backend := &cgi.Handler{Path: filepath.Join(strings.TrimSpace(string(programs)), "git-http-backend"), Root: "/", Stderr: io.Discard, Env: env}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		pushing := strings.Contains(r.URL.RequestURI(), "git-receive-pack")
		switch {
		case s.Token == "" || user == "x-access-token" && password == s.Token:
		case s.ReadOnly != "" && password == s.ReadOnly && pushing:
			w.WriteHeader(http.StatusForbidden)
			return
		case s.ReadOnly != "" && password == s.ReadOnly:
		default:
			w.Header().Set("WWW-Authenticate", `Basic realm="git"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		backend.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	s.URL = server.URL
	return s
}

// Hook makes a repository run the shell commands when something is pushed, before it is taken; a failure refuses the push.
func (s *Server) Hook(t testing.TB, repository, commands string) {
	t.Helper()
	file := filepath.Join(s.Root, repository, "hooks", "pre-receive")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("#!/bin/sh\n"+commands+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
}
