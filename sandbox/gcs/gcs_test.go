package gcs

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/storage"
	"google.golang.org/api/option"
)

// serve starts a storage on a real port, with the bucket "b".
func serve(t *testing.T, root string) *httptest.Server {
	t.Helper()
	s, err := New(root, "b")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s)
	t.Cleanup(func() { server.Close(); s.Close() })
	return server
}

func client(t *testing.T, server *httptest.Server) *storage.Client {
	t.Helper()
	c, err := storage.NewClient(t.Context(), option.WithEndpoint(server.URL+"/storage/v1/"), option.WithoutAuthentication())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func put(t *testing.T, c *storage.Client, name string, content []byte, chunk int) {
	t.Helper()
	w := c.Bucket("b").Object(name).NewWriter(t.Context())
	w.ChunkSize = chunk
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestUploadsAreKeptAsPlainFiles(t *testing.T) {
	root := t.TempDir()
	server := serve(t, root)
	c := client(t, server)
	large := bytes.Repeat([]byte("0123456789abcdef"), 1<<16) // 1 MiB: four chunks
	for _, tt := range []struct {
		name    string
		content []byte
		chunk   int
		reason  string
	}{
		{"dir/one.json", []byte("{}"), 0, "multipart upload"},
		{"dir/large", large, 256 << 10, "resumable upload in chunks"},
		{"dir/empty", nil, 0, "an object without content"},
	} {
		put(t, c, tt.name, tt.content, tt.chunk)
		got, err := os.ReadFile(filepath.Join(root, "b", tt.name))
		if err != nil || !bytes.Equal(got, tt.content) {
			t.Errorf("%s (%s): %d bytes on disk, want %d, error %v", tt.name, tt.reason, len(got), len(tt.content), err)
		}
	}
	// A second server over the same directory, as after a restart.
	attrs, err := client(t, serve(t, root)).Bucket("b").Object("dir/large").Attrs(t.Context())
	if err != nil || attrs.Size != int64(len(large)) {
		t.Errorf("after a restart: %+v, %v", attrs, err)
	}
}

func TestDownloadByPathUnderAnyHost(t *testing.T) {
	server := serve(t, t.TempDir())
	put(t, client(t, server), "x/y.txt", []byte("hello"), 0)
	answer, err := http.Get(server.URL + "/b/x/y.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if body, _ := io.ReadAll(answer.Body); string(body) != "hello" {
		t.Errorf("GET /b/x/y.txt = %d %q", answer.StatusCode, body)
	}
}

func TestBatchDeleteAnswersEveryPartInOrder(t *testing.T) {
	server := serve(t, t.TempDir())
	c := client(t, server)
	put(t, c, "a", []byte("1"), 0)
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	for _, name := range []string{"a", "missing"} { // as Python's client sends them: no Content-ID
		w, _ := parts.CreatePart(textproto.MIMEHeader{"Content-Type": {"application/http"}})
		io.WriteString(w, "DELETE /storage/v1/b/b/o/"+name+" HTTP/1.1\r\nHost: storage.googleapis.com\r\n\r\n")
	}
	parts.Close()
	answer, err := http.Post(server.URL+batchPath, "multipart/mixed; boundary="+parts.Boundary(), &body)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	// fake-gcs-server answers 200 to a delete where Google answers 204: clients take both.
	first, second := strings.Index(string(text), "HTTP/1.1 20"), strings.Index(string(text), "HTTP/1.1 404")
	if first < 0 || second < first {
		t.Errorf("batch answer:\n%s", text)
	}
	if _, err := c.Bucket("b").Object("a").Attrs(t.Context()); err == nil {
		t.Error("the object is still there")
	}
}

func TestASlowUploadStallsNobody(t *testing.T) {
	server := serve(t, t.TempDir())
	slow, release := io.Pipe()
	go http.Post(server.URL+"/upload/storage/v1/b/b/o?uploadType=media&name=slow", "text/plain", slow)
	if _, err := release.Write([]byte("first")); err != nil {
		t.Fatal(err)
	}
	defer release.Close()
	done := make(chan struct{})
	go func() {
		put(t, client(t, server), "quick", []byte("x"), 0)
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(5 * time.Second):
		t.Fatal("an upload waited for another that is not finished")
	}
}

func TestLinksCarryTheAddressOfTheClient(t *testing.T) {
	server := serve(t, t.TempDir())
	c := client(t, server)
	put(t, c, "dir/a b", []byte("hello"), 0)
	attrs, err := c.Bucket("b").Object("dir/a b").Attrs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.Get(attrs.MediaLink)
	if err != nil {
		t.Fatalf("the media link %q: %v", attrs.MediaLink, err)
	}
	defer answer.Body.Close()
	if body, _ := io.ReadAll(answer.Body); string(body) != "hello" {
		t.Errorf("the media link %q gave %d %q", attrs.MediaLink, answer.StatusCode, body)
	}
}
