package fault

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// copies is where the shortened sources are, in the bucket of the originals, until the load has ended.
const copies = "sandbox-faults/"

// shortPoll is how often a short load is looked at until it has ended.
const shortPoll = 50 * time.Millisecond

// load returns the configuration of a load job, nil for other requests.
func (n *names) load() map[string]any {
	configuration, _ := n.job["configuration"].(map[string]any)
	load, _ := configuration["load"].(map[string]any)
	return load
}

// shortable tells a load of newline-delimited JSON from Cloud Storage.
func (n *names) shortable() bool {
	return strings.HasSuffix(n.path, "/jobs") && n.load()["sourceFormat"] == "NEWLINE_DELIMITED_JSON" && len(sources(n.load())) > 0
}

func sources(load map[string]any) []string {
	var all []string
	list, _ := load["sourceUris"].([]any)
	for _, uri := range list {
		if text, ok := uri.(string); ok {
			all = append(all, text)
		}
	}
	return all
}

// shorten carries out a load without its last rows, on shortened copies of its sources, and answers
// when the job has ended and the copies are gone. The job tells what was done: its sourceUris are the
// copies, its outputRows what was written. Nothing else does: its state is that of a load without errors.
// It tells whether there was a row to lose.
func (a *active) shorten(w http.ResponseWriter, r *http.Request, n *names, rest, service http.Handler) bool {
	s := &shortener{ctx: r.Context(), service: service, folder: fmt.Sprintf("%s%s-%d/", copies, a.id, time.Now().UnixNano())}
	defer s.remove()
	uris, lost, err := s.shorten(sources(n.load()), a.ShortLoad)
	if err == nil && lost == 0 {
		err = errors.New("the sources have no rows")
	}
	if err != nil {
		log.Printf("fault %s: nothing taken off a load: %v", a.id, err)
		rest.ServeHTTP(w, r)
		return false
	}
	n.load()["sourceUris"] = uris
	body, _ := json.Marshal(n.job) // it came from JSON
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	r.Header.Set("Content-Length", strconv.Itoa(len(body)))
	answer := newMemory()
	func() {
		defer func() { s.await(n, answer.Body.Bytes()) }() // also when a fault after this one cuts the connection
		rest.ServeHTTP(answer, r)
	}()
	maps.Copy(w.Header(), answer.Header())
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
	return true
}

// shortener makes and removes the copies of one load.
type shortener struct {
	ctx     context.Context
	service http.Handler
	folder  string
	made    [][2]string // bucket and object
}

// shorten replaces sources from the last on until so many rows are missing, and tells how many are.
func (s *shortener) shorten(patterns []string, rows int) (uris []string, lost int, err error) {
	for _, pattern := range patterns {
		found, err := s.expand(pattern)
		if err != nil {
			return nil, 0, err
		}
		uris = append(uris, found...)
	}
	for i := len(uris) - 1; i >= 0 && lost < rows; i-- {
		bucket, object, _ := strings.Cut(strings.TrimPrefix(uris[i], "gs://"), "/")
		content, err := s.get(objectURL(bucket, object) + "?alt=media")
		if err != nil {
			return nil, 0, err
		}
		if bytes.HasPrefix(content, []byte("\x1f\x8b")) {
			return nil, 0, fmt.Errorf("%s is compressed: no rows can be taken off", uris[i])
		}
		short, n := cutLines(content, rows-lost)
		if n == 0 {
			continue
		}
		lost += n
		name := s.folder + strconv.Itoa(i)
		if err := s.put(bucket, name, short); err != nil {
			return nil, 0, err
		}
		uris[i] = "gs://" + bucket + "/" + name
	}
	return uris, lost, nil
}

// cutLines takes up to n lines that are not blank off the end.
func cutLines(content []byte, n int) (short []byte, cut int) {
	for cut < n {
		content = bytes.TrimRight(content, " \t\r\n")
		if len(content) == 0 {
			break
		}
		content = content[:bytes.LastIndexByte(content, '\n')+1]
		cut++
	}
	return content, cut
}

// expand lists the objects of a URI with a *.
func (s *shortener) expand(pattern string) ([]string, error) {
	if !strings.Contains(pattern, "*") {
		return []string{pattern}, nil
	}
	bucket, glob, _ := strings.Cut(strings.TrimPrefix(pattern, "gs://"), "/")
	prefix, _, _ := strings.Cut(glob, "*")
	content, err := s.get(objectsURL(bucket) + "?prefix=" + url.QueryEscape(prefix))
	if err != nil {
		return nil, err
	}
	var list struct{ Items []struct{ Name string } }
	if err := json.Unmarshal(content, &list); err != nil {
		return nil, fmt.Errorf("list %s: %w", pattern, err)
	}
	var uris []string
	for _, item := range list.Items {
		if match(glob, item.Name) {
			uris = append(uris, "gs://"+bucket+"/"+item.Name)
		}
	}
	return uris, nil
}

func objectsURL(bucket string) string {
	return "http://storage.googleapis.com/storage/v1/b/" + url.PathEscape(bucket) + "/o"
}

func objectURL(bucket, object string) string {
	return objectsURL(bucket) + "/" + url.PathEscape(object)
}

func (s *shortener) get(address string) ([]byte, error) {
	status, content := call(s.ctx, s.service, http.MethodGet, address, "", nil)
	if status >= 300 {
		return nil, fmt.Errorf("GET %s: %d %s", address, status, content)
	}
	return content, nil
}

func (s *shortener) put(bucket, object string, content []byte) error {
	address := "http://storage.googleapis.com/upload/storage/v1/b/" + url.PathEscape(bucket) + "/o?uploadType=media&name=" + url.QueryEscape(object)
	status, answer := call(s.ctx, s.service, http.MethodPost, address, "application/json", content)
	if status >= 300 {
		return fmt.Errorf("POST %s: %d %s", address, status, answer)
	}
	s.made = append(s.made, [2]string{bucket, object})
	return nil
}

func (s *shortener) remove() {
	for _, object := range s.made {
		call(s.ctx, s.service, http.MethodDelete, objectURL(object[0], object[1]), "", nil)
	}
}

// await returns when the job has ended, or is not known: until then the engine reads the copies. Its id
// is the client's or, where that left it to the service, the one in the answer.
func (s *shortener) await(n *names, answer []byte) {
	type job struct {
		JobReference struct{ JobID, Location string }
		Status       struct{ State string }
	}
	var asked job
	reference, _ := json.Marshal(n.job)
	if json.Unmarshal(reference, &asked) != nil || asked.JobReference.JobID == "" {
		_ = json.Unmarshal(answer, &asked)
	}
	if asked.JobReference.JobID == "" {
		return
	}
	address := "http://bigquery.googleapis.com/bigquery/v2/projects/" + url.PathEscape(n.project()) + "/jobs/" +
		url.PathEscape(asked.JobReference.JobID) + "?location=" + url.QueryEscape(asked.JobReference.Location)
	for {
		var now job
		if content, err := s.get(address); err != nil || json.Unmarshal(content, &now) != nil || now.Status.State == "DONE" {
			return
		}
		time.Sleep(shortPoll)
	}
}
