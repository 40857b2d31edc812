package workflows

import (
	"regexp"
	"strings"
)

// FilesPrefix begins what stands for a commit where the files of a directory are run as they are; a digest of them follows.
const FilesPrefix = "files:"

var wholeCommit = regexp.MustCompile(`^[0-9a-f]{40}$`)

// IsCommit tells a commit, with all its digits, from a branch, an abbreviation and a digest of files.
func IsCommit(text string) bool { return wholeCommit.MatchString(text) }

// Short is the beginning of a commit, or of the digest of files, for a person: ten digits.
func Short(commit string) string {
	digits, files := strings.CutPrefix(commit, FilesPrefix)
	if len(digits) > 10 {
		digits = digits[:10]
	}
	if files {
		return FilesPrefix + digits
	}
	return digits
}

// repeated is the ref by which a call runs this version again: files cannot be had by their digest.
func (b Binding) repeated() string {
	if strings.HasPrefix(b.Commit, FilesPrefix) {
		return b.Ref
	}
	return b.Commit
}
