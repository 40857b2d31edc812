package snapshot

import (
	"fmt"
	"io"
	"strings"
)

const mostLines = 40 // of one list in a banner

// Banner tells people what the snapshot is, and that there is none when nothing is uncommitted.
func (s *Snapshot) Banner() string {
	var b strings.Builder
	s.WriteText(&b) // never fails
	return b.String()
}

// WriteText writes the banner.
func (s *Snapshot) WriteText(w io.Writer) error {
	var b strings.Builder
	switch {
	case s.Clean:
		fmt.Fprintf(&b, "Nothing is uncommitted: the code is HEAD, %s", s.Commit)
		if len(s.LeftOut) > 0 {
			b.WriteString("; but see what is left out")
		}
	case s.Parent == "":
		fmt.Fprintf(&b, "UNCOMMITTED CODE: snapshot %s, before the first commit", s.Commit)
	default:
		fmt.Fprintf(&b, "UNCOMMITTED CODE: snapshot %s over %s", s.Commit, s.Parent)
	}
	b.WriteString("\n")
	if s.Ref != "" {
		fmt.Fprintf(&b, "  ref %s\n", s.Ref)
	}
	list(&b, "captured", s.Captured)
	list(&b, "left out", s.LeftOut)
	for _, path := range s.Closed {
		fmt.Fprintf(&b, "  not searched for secrets, since it is compressed: %s\n", printable(path))
	}
	switch {
	case s.Untold != "":
		fmt.Fprintf(&b, "  unreviewed_code: true; it could not be told whether HEAD is reviewed: %s\n", s.Untold)
	case s.Clean && s.Unreviewed:
		b.WriteString("  unreviewed_code: true; HEAD is not in the remote's default branch\n")
	case s.Unreviewed:
		b.WriteString("  unreviewed_code: true\n")
	}
	switch {
	case s.Pushed:
		b.WriteString("  pushed: the remote has it\n")
	case s.Listed:
		b.WriteString("  not made, and not searched for secrets: this only lists what it would be\n")
	case !s.Clean:
		b.WriteString("  not pushed: only this directory (in Dagger: the copy of it) has the commit; dagger call snapshot --push brings it to the remote\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func list(b *strings.Builder, what string, changes []Change) {
	if len(changes) == 0 {
		return
	}
	fmt.Fprintf(b, "  %s (%d):\n", what, len(changes))
	for i, c := range changes {
		if i == mostLines {
			fmt.Fprintf(b, "    and %d more\n", len(changes)-i)
			return
		}
		fmt.Fprintf(b, "    %-10s %s\n", c.How, printable(c.Path))
	}
}
