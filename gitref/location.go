package gitref

import (
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
)

// location is where a repository is: a directory (no scheme) or a remote address.
type location struct {
	scheme string // "" for a directory, else http, https or ssh
	dir    string
	url    string
	user   string // of ssh
	host   string
}

// String is the address for messages and records; it holds no secret.
func (l *location) String() string {
	if l.scheme == "" {
		return l.dir
	}
	return l.url
}

// scpLike is the form user@host:path, which has no scheme.
var scpLike = regexp.MustCompile(`^(?:([A-Za-z0-9._-]+)@)?([A-Za-z0-9][A-Za-z0-9._-]*|\[[0-9a-fA-F:]+\]):([^\\].*)$`)

func parseLocation(repo string) (*location, error) {
	bad := func(why string) (*location, error) {
		// The address is left out where it may hold a password.
		return nil, fmt.Errorf("repository address %w: %s", ErrBadRef, why)
	}
	switch {
	case repo == "":
		return bad("it is empty")
	case strings.HasPrefix(repo, "-"):
		return bad(fmt.Sprintf("%q begins with a hyphen", repo))
	case strings.ContainsAny(repo, "\x00\r\n"):
		return bad(fmt.Sprintf("%q has a control character", repo))
	}
	if !strings.Contains(repo, "://") {
		// As git has it: a colon before the first slash makes it a host.
		m := scpLike.FindStringSubmatch(repo)
		if m != nil && (strings.HasPrefix(m[3], ":") || strings.HasPrefix(m[3], "-")) {
			return bad(fmt.Sprintf("%q names a helper program or an option; dit reads https, ssh and file", repo))
		}
		if m != nil {
			return &location{scheme: "ssh", url: repo, user: m[1], host: m[2]}, nil
		}
		dir, err := filepath.Abs(repo)
		return &location{dir: dir}, err
	}
	u, err := url.Parse(repo)
	if err != nil {
		return bad("it is no URL") // err would repeat the address
	}
	if _, password := u.User.Password(); password {
		return bad(fmt.Sprintf("%s carries a password; give it without, and the token as --git-token=env://DIT_GIT_TOKEN", u.Redacted()))
	}
	switch u.Scheme {
	case "file":
		if u.Host != "" && u.Host != "localhost" {
			return bad(fmt.Sprintf("%q: a file URL has three slashes", repo))
		}
		return &location{dir: filepath.Clean(u.Path)}, nil
	case "http", "https", "ssh":
		if u.Hostname() == "" || strings.HasPrefix(u.Hostname(), "-") {
			return bad(fmt.Sprintf("%q has no host", repo))
		}
		if u.Scheme != "ssh" && u.User != nil {
			return bad(fmt.Sprintf("%s names a user, which may be a token; give it without, and the token as --git-token=env://DIT_GIT_TOKEN", u.Scheme+"://***@"+u.Host+u.Path))
		}
		return &location{scheme: u.Scheme, url: repo, user: u.User.Username(), host: u.Host}, nil
	}
	return bad(fmt.Sprintf("scheme %q; dit reads https, ssh and file", u.Scheme))
}

// configured reads an address of the settings of the repository in the directory l, to which a path is relative.
func (l *location) configured(address string) (*location, error) {
	remote, err := parseLocation(address)
	if err == nil && remote.scheme == "" && !strings.Contains(address, "://") && !filepath.IsAbs(address) {
		remote.dir = filepath.Join(l.dir, address)
	}
	return remote, err
}

// mayHaveToken says whether a secret may travel there: encrypted, or not leaving the machine.
func (l *location) mayHaveToken() bool {
	if l.scheme == "https" {
		return true
	}
	host := l.host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return l.scheme == "http" && (host == "localhost" || ip != nil && ip.IsLoopback())
}

// IsURL says whether the repository is a remote one, and not a directory of this machine; false also for what is no address.
func IsURL(repo string) bool {
	l, err := parseLocation(repo)
	return err == nil && l.scheme != ""
}
