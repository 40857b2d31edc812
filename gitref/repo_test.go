package gitref

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/config"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"

	"github.com/GlobalFishingWatch/dit/gitref/gittest"
)

// TestMain gives git and this package an empty home: nobody's own settings.
func TestMain(m *testing.M) {
	home, err := os.MkdirTemp("", "dit-home-")
	if err != nil {
		panic(err)
	}
	for name, value := range map[string]string{"HOME": home, "XDG_CONFIG_HOME": filepath.Join(home, ".config"), "GIT_CONFIG_NOSYSTEM": "1"} {
		os.Setenv(name, value)
	}
	os.Unsetenv("GIT_CONFIG_GLOBAL")
	code := m.Run()
	os.RemoveAll(home)
	os.Exit(code)
}

// builder makes repositories object by object, so that a test says exactly what is in them.
type builder struct {
	t    *testing.T
	dir  string
	repo *git.Repository
	now  time.Time
}

func newRepo(t *testing.T, bare bool) *builder {
	t.Helper()
	dir := t.TempDir()
	repo, err := git.PlainInitWithOptions(dir, &git.PlainInitOptions{Bare: bare, InitOptions: git.InitOptions{DefaultBranch: "refs/heads/main"}})
	if err != nil {
		t.Fatal(err)
	}
	return &builder{t, dir, repo, time.Unix(1700000000, 0)}
}

func (b *builder) store(kind plumbing.ObjectType, encode func(plumbing.EncodedObject) error) plumbing.Hash {
	b.t.Helper()
	o := b.repo.Storer.NewEncodedObject()
	o.SetType(kind)
	if err := encode(o); err != nil {
		b.t.Fatal(err)
	}
	hash, err := b.repo.Storer.SetEncodedObject(o)
	if err != nil {
		b.t.Fatal(err)
	}
	return hash
}

func (b *builder) blob(text string) plumbing.Hash {
	return b.store(plumbing.BlobObject, func(o plumbing.EncodedObject) error {
		o.SetSize(int64(len(text)))
		w, err := o.Writer()
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		return err
	})
}

func (b *builder) tree(entries ...object.TreeEntry) plumbing.Hash {
	return b.store(plumbing.TreeObject, (&object.Tree{Entries: entries}).Encode)
}

func (b *builder) file(name, text string) object.TreeEntry {
	return object.TreeEntry{Name: name, Mode: filemode.Regular, Hash: b.blob(text)}
}

// commit makes a commit of the tree and lets the branch point to it.
func (b *builder) commit(branch string, tree plumbing.Hash, parents ...plumbing.Hash) plumbing.Hash {
	b.now = b.now.Add(time.Second)
	who := object.Signature{Name: "test", Email: "test@example.com", When: b.now}
	hash := b.store(plumbing.CommitObject, (&object.Commit{Author: who, Committer: who, Message: "m", TreeHash: tree, ParentHashes: parents}).Encode)
	if branch != "" {
		b.ref("refs/heads/"+branch, hash)
	}
	return hash
}

func (b *builder) ref(name string, hash plumbing.Hash) {
	b.t.Helper()
	if err := b.repo.Storer.SetReference(plumbing.NewHashReference(plumbing.ReferenceName(name), hash)); err != nil {
		b.t.Fatal(err)
	}
}

// annotate makes an annotated tag.
func (b *builder) annotate(name string, kind plumbing.ObjectType, target plumbing.Hash) plumbing.Hash {
	hash := b.store(plumbing.TagObject, (&object.Tag{Name: name, Tagger: object.Signature{When: b.now}, Message: "m\n", TargetType: kind, Target: target}).Encode)
	b.ref("refs/tags/"+name, hash)
	return hash
}

// allow sets an option that a server reads, such as uploadpack.allowReachableSHA1InWant.
func (b *builder) allow(key, value string) {
	b.t.Helper()
	c, err := b.repo.Config()
	if err != nil {
		b.t.Fatal(err)
	}
	c.Raw.Section("uploadpack").SetOption(key, value)
	if err := b.repo.SetConfig(c); err != nil {
		b.t.Fatal(err)
	}
}

func (b *builder) origin(url string) {
	if _, err := b.repo.CreateRemote(&config.RemoteConfig{Name: "origin", URLs: []string{url}}); err != nil {
		b.t.Fatal(err)
	}
}

// serve puts the directories below root behind git's own HTTP server; with a token, only its holder gets in.
func serve(t *testing.T, root, token string) *gittest.Server { return gittest.Serve(t, root, token) }
