package snapshot

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/rs/zerolog"
	"github.com/zricethezav/gitleaks/v8/detect"
)

// scanner looks for credentials with gitleaks' own rules.
type scanner struct {
	detector *detect.Detector
	ignored  map[string]bool // fingerprints of .gitleaksignore
	findings map[Finding]bool
}

// lockFile is a list of hashes, in which the rules that guess find little else.
var lockFile = regexp.MustCompile(`(^|/)(package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|(bun|Cargo|composer|flake|Gemfile|mix|pdm|Pipfile|poetry|uv|yarn)\.lock|go\.sum|gradle\.lockfile|verification-metadata\.xml)$`)

// The rules are compiled once. gitleaks reads them through a global of another library, so only one may at a time.
var detector = sync.OnceValues(func() (*detect.Detector, error) {
	zerolog.SetGlobalLevel(zerolog.Disabled) // gitleaks logs what it finds, secrets and all
	return detect.NewDetectorDefaultConfig()
})

// newScanner takes the text of .gitleaksignore.
func newScanner(ignore string) (*scanner, error) {
	compiled, err := detector()
	if err != nil {
		return nil, fmt.Errorf("gitleaks' rules: %w", err)
	}
	d := *compiled
	// gitleaks does not look into files with the names of binaries, archives, vendored code and lock files at all. Here all bytes are looked at, and
	// only the rules that guess are left out, in lock files and in what is binary.
	s := &scanner{detector: &d, ignored: map[string]bool{}, findings: map[Finding]bool{}}
	d.Config.Allowlist.Paths = nil
	d.MaxDecodeDepth = layers
	for line := range strings.Lines(ignore) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			s.ignored[line] = true
		}
	}
	return s, nil
}

// keyStore is a file that is a secret as such; gitleaks' own rule for it came with a later version.
var keyStore = regexp.MustCompile(`(?i)\.(p12|pfx)$`)

const (
	layers  = 2       // of base64 that are looked into: a key in a secret of Kubernetes may be in two
	chunk   = 1 << 20 // bytes that are looked at at once
	overlap = 1 << 16 // bytes that two chunks share, so that no key is cut in two
)

// scan looks into one file.
func (s *scanner) scan(ctx context.Context, path string, content []byte) error {
	if bytes.IndexByte(content, 0) < 0 {
		return s.text(ctx, path, string(content), lockFile.MatchString(path))
	}
	// Text of two bytes a letter, too.
	letters := bytes.ReplaceAll(content, []byte{0}, nil)
	certain := lockFile.MatchString(path) || looksBinary(bytes.ReplaceAll(letters, []byte{'\r'}, nil))
	if err := s.text(ctx, path, string(content), certain); err != nil {
		return err
	}
	return s.text(ctx, path, string(letters), certain)
}

// text looks into text, for what is certain or for guesses too.
func (s *scanner) text(ctx context.Context, path, text string, certain bool) error {
	line := 1
	for start := 0; ; start += chunk - overlap {
		if err := ctx.Err(); err != nil {
			return err
		}
		end := min(start+chunk, len(text))
		for _, f := range s.detector.Detect(detect.Fragment{Raw: text[start:end], FilePath: path}) {
			if certain && strings.HasPrefix(f.RuleID, "generic") {
				continue
			}
			s.found(Finding{path, line + f.StartLine, f.RuleID})
		}
		if end == len(text) {
			return nil
		}
		line += strings.Count(text[start:start+chunk-overlap], "\n")
	}
}

// name looks at what a file is called, which a tree holds too, and gives the name without the secret. Rules that guess are left out: much in names
// looks like a key to them.
func (s *scanner) name(path string) string {
	shown := path
	var rules []string
	for _, f := range s.detector.Detect(detect.Fragment{Raw: path}) {
		if !strings.HasPrefix(f.RuleID, "generic") {
			shown = strings.ReplaceAll(shown, f.Match, "(secret)")
			rules = append(rules, f.RuleID)
		}
	}
	if keyStore.MatchString(path) {
		rules = append(rules, "pkcs12-file")
	}
	for _, rule := range rules {
		s.found(Finding{shown, 0, rule})
	}
	return shown
}

func (s *scanner) found(f Finding) {
	if !s.ignored[fmt.Sprintf("%s:%s:%d", f.File, f.Rule, f.Line)] {
		s.findings[f] = true
	}
}

// err is a [SecretsError], or nil when nothing was found.
func (s *scanner) err() error {
	if len(s.findings) == 0 {
		return nil
	}
	e := &SecretsError{}
	for f := range s.findings {
		e.Findings = append(e.Findings, f)
	}
	slices.SortFunc(e.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Rule, b.Rule))
	})
	return e
}
