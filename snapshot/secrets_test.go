package snapshot

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// In pieces, so that nobody finds them here.
var (
	awsKey  = "AKIA" + "IMNOJVGFDXXXE4OA"
	pemKey  = "-----BEGIN RSA " + "PRIVATE KEY-----\n" + strings.Repeat("MIIEpAIBAAKCAQEA04up8hoqzS1+APIB0RhjXyObwHQnOzhAk5Bd7mhkSbPkyhP1\n", 20) + "-----END RSA " + "PRIVATE KEY-----\n"
	guessed = "api_key = \"" + "r7Qx2bV9pLw4Zt8KfYhN3mJs6Dg1Ac5E" + "\"\n"
)

func TestSecrets(t *testing.T) {
	long := strings.Repeat("some line of text\n", (chunk+chunk/2)/18)
	for name, test := range map[string]struct {
		file, text string
		line       int
		rule       string // "": nothing is to be found
		ignore     string
	}{
		"plain":                        {"a.py", "\n\nkey = '" + awsKey + "'\n", 3, "aws-access-token", ""},
		"on the last line":             {"a.py", "x\nkey = '" + awsKey + "'", 2, "aws-access-token", ""},
		"alone":                        {"a.py", awsKey + "\n", 1, "aws-access-token", ""},
		"private key":                  {"a.py", "x\n" + pemKey, 2, "private-key", ""},
		"guessed":                      {"a.py", guessed, 1, "generic-api-key", ""},
		"guessed in a lock file":       {"poetry.lock", guessed, 0, "", ""},
		"guessed in a lock file below": {"x/uv.lock", guessed, 0, "", ""},
		"guessed in what is vendored":  {"node_modules/x/a.js", guessed, 1, "generic-api-key", ""},
		"guessed in a picture's name":  {"a.svg", guessed, 1, "generic-api-key", ""},
		"guessed in text named so":     {"a.bin", guessed, 1, "generic-api-key", ""},
		"guessed in a binary":          {"a.py", "\x7fELF\x00\x01\x02\x03\x00\x04\x05\n" + guessed, 0, "", ""},
		"guessed, two bytes a letter":  {"a.txt", "\xff\xfe" + strings.Join(strings.Split("x\r\n"+guessed, ""), "\x00") + "\x00", 2, "generic-api-key", ""},
		"certain in a lock file":       {"poetry.lock", awsKey + "\n", 1, "aws-access-token", ""},
		"in a binary":                  {"a.bin", "\x7fELF\x00\x01\n" + awsKey + "\x00", 2, "aws-access-token", ""},
		"in two bytes a letter":        {"a.txt", "\xff\xfe" + strings.Join(strings.Split("x\n"+awsKey+"\n", ""), "\x00") + "\x00", 2, "aws-access-token", ""},
		"behind much":                  {"a.csv", long + awsKey + "\n" + long, strings.Count(long, "\n") + 1, "aws-access-token", ""},
		"across two looks":             {"a.csv", long[:chunk-chunk%18-18] + pemKey + long, (chunk-chunk%18-18)/18 + 1, "private-key", ""},
		"allowed":                      {"a.py", "key = '" + awsKey + "' # gitleaks:allow\n", 0, "", ""},
		"ignored":                      {"a.py", "\nkey = '" + awsKey + "'\n", 0, "", "# mine\na.py:aws-access-token:2\n"},
		"another is ignored":           {"a.py", "\nkey = '" + awsKey + "'\n", 2, "aws-access-token", "a.py:aws-access-token:1\nb.py:aws-access-token:2\n"},
		"a key store":                  {"d/a.P12", "store", 0, "pkcs12-file", ""},
		"another key store":            {"a.pfx", "store", 0, "pkcs12-file", ""},
		"a key store that is ignored":  {"a.p12", "store", 0, "", "a.p12:pkcs12-file:0"},
		"in base64":                    {"a.yaml", "a: b\nkeys:\n  tls.key: " + base64.StdEncoding.EncodeToString([]byte(pemKey)) + "\n", 3, "private-key", ""},
		"in base64, twice":             {"a.yaml", "\nx: " + base64.StdEncoding.EncodeToString([]byte("y: "+base64.StdEncoding.EncodeToString([]byte(pemKey)))) + "\n", 2, "private-key", ""},
		"no secret":                    {"a.py", "key = os.environ['KEY']\n", 0, "", ""},
		"an example that is known":     {"a.py", "key = '" + "AKIA" + "IOSFODNN7EXAMPLE'\n", 0, "", ""},
	} {
		for _, tracked := range []bool{true, false} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				w := newWork(t)
				w.write("other", "x")
				if tracked {
					w.write(test.file, "before\n")
				}
				w.write(".gitleaksignore", test.ignore)
				w.commit("first")
				w.write(test.file, test.text)
				before := w.state()
				_, err := Take(t.Context(), w.dir, Options{Pipeline: "p", IncludeUntracked: !tracked})
				var found *SecretsError
				if !errors.As(err, &found) {
					if test.rule != "" || err != nil {
						t.Errorf("found nothing: %v", err)
					}
					return
				}
				want := Finding{test.file, test.line, test.rule}
				if test.rule == "" || len(found.Findings) != 1 || found.Findings[0] != want {
					t.Errorf("found %+v, want %+v", found.Findings, want)
				}
				if strings.Contains(err.Error(), awsKey) || strings.Contains(err.Error(), "MIIE") || strings.Contains(err.Error(), "r7Qx") || !errors.Is(err, ErrRefused) {
					t.Errorf("the message: %v", err)
				}
				if w.state() != before || w.git("for-each-ref", "refs/dit-snapshots") != "" || w.git("count-objects") != "6 objects, 24 kilobytes" && w.git("fsck", "--unreachable") != "" {
					t.Error("something was written")
				}
			})
		}
	}
}

// A name is pushed with the tree, though its content be known.
func TestSecretNames(t *testing.T) {
	w := newWork(t)
	w.write("a", "x")
	w.write("old-"+awsKey, "old")
	w.commit("first")
	w.write("old-"+awsKey, "changed")
	w.git("mv", "a", "key-"+awsKey)
	_, err := Take(t.Context(), w.dir, Options{Pipeline: "p"})
	var found *SecretsError
	if !errors.As(err, &found) || !slices.Contains(found.Findings, Finding{"key-(secret)", 0, "aws-access-token"}) || strings.Contains(err.Error(), awsKey) {
		t.Fatalf("%v", err)
	}
	w.git("mv", "key-"+awsKey, "b")
	w.git("checkout", "-q", "old-"+awsKey)
	w.take(Options{}) // HEAD has the other
	w.write("b", "y")
	w.write(".gitleaksignore", "key-(secret):aws-access-token:0\n")
	w.git("mv", "b", "key-"+awsKey)
	w.take(Options{})
}

func TestSecretElsewhere(t *testing.T) {
	refused := func(w *work, o Options, file string) {
		t.Helper()
		o.Pipeline = "p"
		_, err := Take(t.Context(), w.dir, o)
		var found *SecretsError
		if !errors.As(err, &found) || found.Findings[0].File != file {
			t.Errorf("%v, want a secret in %s", err, file)
		}
	}
	w := newWork(t)
	w.write("a", "x")
	w.commit("first")
	if err := os.Symlink(awsKey, w.path("link")); err != nil {
		t.Fatal(err)
	}
	refused(w, Options{IncludeUntracked: true}, "link")
	// What HEAD has is no news for the directory.
	w.write("b", awsKey)
	w.commit("second")
	w.write("a", "y")
	w.take(Options{})
	// Only staged, and changed again: what would be captured counts.
	w.write("c", awsKey)
	w.git("add", "c")
	w.write("c", "nothing")
	w.take(Options{})

	// In a submodule that moved.
	lib := newWork(t)
	lib.write("x", "x")
	lib.commit("first")
	w = newWork(t)
	w.git("submodule", "add", "-q", lib.dir, "lib")
	w.commit("first")
	lib.write("x", "key = "+awsKey+"\n")
	lib.commit("second")
	w.git("-C", "lib", "pull", "-q")
	refused(w, Options{}, "lib/x")
	w.git("-C", "lib", "checkout", "-q", "HEAD~1")
	w.write("a", "x")
	w.git("add", "a")
	w.take(Options{})
}

// gitleaks' own log has the secrets in it.
func TestSecretsAreNotLogged(t *testing.T) {
	w := newWork(t)
	w.write("a", "x")
	w.commit("first")
	w.write("a", awsKey+"\nkey = '"+awsKey+"' # gitleaks:allow\n"+guessed)
	file, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
	if err != nil {
		t.Fatal(err)
	}
	stderr, stdout := os.Stderr, os.Stdout
	os.Stderr, os.Stdout = file, file
	_, err = Take(t.Context(), w.dir, Options{Pipeline: "p"})
	os.Stderr, os.Stdout = stderr, stdout
	if err == nil {
		t.Error("found nothing")
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	if text, _ := io.ReadAll(file); len(text) > 0 {
		t.Errorf("logged %q", text)
	}
}

func TestCompressedIsSaid(t *testing.T) {
	w := newWork(t)
	w.write("a.gz", "x")
	w.write("old", "\x1f\x8b\x08...")
	w.commit("first")
	w.served("")
	w.write("mine", "PAR1...")
	w.commit("second, not pushed")
	w.write("a.gz", "\x1f\x8b\x08...!")
	for name, test := range map[string]struct {
		o    Options
		want string
	}{
		"listed": {Options{List: true}, "a.gz"},
		"taken":  {Options{}, "a.gz"},
		"pushed": {Options{Push: true}, "a.gz mine"},
	} {
		announced := ""
		test.o.Announce = func(s *Snapshot) {
			announced = strings.Join(s.Closed, " ")
		}
		s := w.take(test.o)
		if got := strings.Join(s.Closed, " "); got != test.want || !strings.Contains(s.Banner(), "not searched for secrets") || !test.o.List && announced != test.want {
			t.Errorf("%s: %q, announced %q, want %q", name, got, announced, test.want)
		}
	}
	var deflate bytes.Buffer
	z := zlib.NewWriter(&deflate)
	if _, err := z.Write([]byte(strings.Repeat("some text", 9))); err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	for start, want := range map[string]bool{
		"\x1f\x8b": true, "PK\x03\x04": true, "BZh9": true, "\xfd7zXZ\x00": true, "\x28\xb5\x2f\xfd": true, "7z\xbc\xaf\x27\x1c": true,
		"\x04\x22\x4d\x18": true, "PAR1": true, deflate.String(): true, "x^2 + y^2\n": false, "x": false, "": false, "\x7fELF\x00": false,
	} {
		if archived([]byte(start)) != want {
			t.Errorf("%q: %v", start, !want)
		}
	}
}
