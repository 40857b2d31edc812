package snapshot

import (
	"errors"
	"fmt"
	"strings"
)

// ErrRefused says that no snapshot can be made of the directory as it is, or none removed; the message says of which file and what to do. No ref was written;
// where another one had its name, objects without a ref were, which git's garbage collection takes.
var ErrRefused = errors.New("no snapshot")

// refused is about one file.
func refused(path, why string) error {
	return fmt.Errorf("%w: %s: %s", ErrRefused, printable(path), why)
}

// SecretsError says where credentials stand in what would have been captured. It never holds the credentials themselves. Nothing was written and
// nothing was pushed.
type SecretsError struct {
	Findings []Finding
}

// Finding is one credential.
type Finding struct {
	// File is its path; a submodule's is below the submodule's. A secret in it is written as (secret).
	File string `json:"file"`
	// Line counts from 1; 0 when the file as such is the secret, or its name holds one.
	Line int `json:"line"`
	// Rule is gitleaks' name of what it looks like.
	Rule string `json:"rule"`
}

const mostFindings = 20 // in a message

func (e *SecretsError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%v: it would contain %d secret(s):", ErrRefused, len(e.Findings))
	for i, f := range e.Findings {
		if i == mostFindings {
			fmt.Fprintf(&b, "\n  and %d more", len(e.Findings)-i)
			break
		}
		fmt.Fprintf(&b, "\n  %s:%d: %s", printable(f.File), f.Line, f.Rule)
	}
	first := e.Findings[0]
	fmt.Fprintf(&b, "\nTake them out of the files, and replace any that has left this machine. What is no secret goes into .gitleaksignore as %s:%s:%d, or gets the comment gitleaks:allow on its line.",
		printable(first.File), first.Rule, first.Line)
	return b.String()
}

// Unwrap makes it an [ErrRefused].
func (e *SecretsError) Unwrap() error { return ErrRefused }
