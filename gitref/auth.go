package gitref

import (
	"net/url"
	"os"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/transport"
	"github.com/go-git/go-git/v5/plumbing/transport/http"
	"github.com/go-git/go-git/v5/plumbing/transport/ssh"
)

// Auth is what a private repository wants. The zero value is for public ones, and for ssh, where the agent answers.
type Auth struct {
	// Token for https; secret.
	Token string
}

// AuthFromEnv takes the token from DIT_GIT_TOKEN.
func AuthFromEnv() Auth { return Auth{Token: strings.TrimSpace(os.Getenv("DIT_GIT_TOKEN"))} }

// String hides the token, so that an Auth may be printed.
func (a Auth) String() string {
	if a.Token == "" {
		return "no token"
	}
	return "token ***"
}

// GoString hides the token from %#v.
func (a Auth) GoString() string { return "gitref.Auth{" + a.String() + "}" }

func (a Auth) redact(text string) string {
	if a.Token == "" {
		return text
	}
	return strings.NewReplacer(a.Token, "***", url.QueryEscape(a.Token), "***", url.PathEscape(a.Token), "***").Replace(text)
}

// method is what goes to the transport; nil for none.
func (a Auth) method(l *location) (transport.AuthMethod, error) {
	switch {
	case l.scheme == "ssh":
		return ssh.NewSSHAgentAuth(l.user)
	case a.Token != "" && l.mayHaveToken():
		return &http.BasicAuth{Username: "x-access-token", Password: a.Token}, nil
	}
	return nil, nil
}
