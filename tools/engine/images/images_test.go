package main

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// writeTar writes a tar file with one file in it.
func writeTar(t *testing.T, path, file, text string) {
	t.Helper()
	var buffer bytes.Buffer
	writer := tar.NewWriter(&buffer)
	if err := writer.WriteHeader(&tar.Header{Name: file, Mode: 0o644, Size: int64(len(text))}); err != nil {
		t.Fatal(err)
	}
	io.WriteString(writer, text)
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, buffer.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// packTwo packs two images that share a layer and returns the layout.
func packTwo(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	writeTar(t, dir+"/base.tar", "etc/base", "base")
	writeTar(t, dir+"/top.tar", "etc/top", "top")
	text, err := json.Marshal([]recipe{
		{Names: []string{"library/a:1", "library/a:latest"}, Layers: []string{dir + "/base.tar", dir + "/top.tar"}, Env: []string{"X=1"}, WorkingDir: "/w"},
		{Layers: []string{dir + "/base.tar"}, DigestFile: dir + "/digest"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dir+"/recipes.json", text, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := pack(dir+"/layout", dir+"/recipes.json"); err != nil {
		t.Fatal(err)
	}
	return dir + "/layout"
}

func TestPackedImagesCanBePulled(t *testing.T) {
	layout := packTwo(t)
	handler, err := registryOf(layout)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	host := strings.TrimPrefix(server.URL, "http://")

	for _, tag := range []string{"1", "latest"} {
		reference, err := name.ParseReference(host+"/library/a:"+tag, name.Insecure)
		if err != nil {
			t.Fatal(err)
		}
		image, err := remote.Image(reference)
		if err != nil {
			t.Fatal(err)
		}
		config, err := image.ConfigFile()
		if err != nil {
			t.Fatal(err)
		}
		if config.Config.Env[0] != "X=1" || config.Config.WorkingDir != "/w" || config.OS != "linux" {
			t.Errorf("config of tag %s is %+v", tag, config)
		}
		files := map[string]string{}
		reader := tar.NewReader(mutate.Extract(image))
		for header, err := reader.Next(); err == nil; header, err = reader.Next() {
			text, _ := io.ReadAll(reader)
			files[header.Name] = string(text)
		}
		if files["etc/base"] != "base" || files["etc/top"] != "top" {
			t.Errorf("files of tag %s are %v", tag, files)
		}
	}
}

func TestDigestFileNamesAManifest(t *testing.T) {
	layout := packTwo(t)
	text, err := os.ReadFile(filepath.Join(filepath.Dir(layout), "digest"))
	if err != nil {
		t.Fatal(err)
	}
	_, hex, _ := strings.Cut(strings.TrimSpace(string(text)), ":")
	if _, err := os.Stat(filepath.Join(layout, "blobs/sha256", hex)); err != nil {
		t.Error(err)
	}
}

func TestRegistryIsReadOnly(t *testing.T) {
	handler, err := registryOf(packTwo(t))
	if err != nil {
		t.Fatal(err)
	}
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, httptest.NewRequest(http.MethodPost, "/v2/library/a/blobs/uploads/", nil))
	if answer.Code != http.StatusMethodNotAllowed {
		t.Errorf("a push got status %d, want %d", answer.Code, http.StatusMethodNotAllowed)
	}
}

func TestTakenPortIsReplaced(t *testing.T) {
	first, err := listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	second, err := listen(first.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	if first.Addr().String() == second.Addr().String() {
		t.Errorf("both listen on %s", first.Addr())
	}
}

func TestUnknownCommands(t *testing.T) {
	for _, args := range [][]string{nil, {"pack"}, {"serve", "x"}, {"other"}} {
		if run(args) == nil {
			t.Errorf("%q did not fail", args)
		}
	}
	if run([]string{"answers", t.TempDir() + "/none.sock"}) == nil {
		t.Error("a socket that does not exist answered")
	}
}
