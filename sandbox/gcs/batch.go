package gcs

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"strconv"
	"strings"
)

const batchPath = "/batch/storage/v1"

// batch answers many requests in one. Python's client sends parts without a Content-ID
// and reads the answers in order; fake-gcs-server leaves such parts out, and the client
// then fails on an answer that is too short.
func (s *Server) batch(w http.ResponseWriter, r *http.Request) {
	parts, err := r.MultipartReader()
	if err != nil {
		http.Error(w, "a batch must be multipart/mixed: "+err.Error(), http.StatusBadRequest)
		return
	}
	var body bytes.Buffer
	answers := multipart.NewWriter(&body)
	for {
		part, err := parts.NextPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			http.Error(w, "read the batch: "+err.Error(), http.StatusBadRequest)
			return
		}
		answer, err := answers.CreatePart(answerHeader(part.Header.Get("Content-ID")))
		if err == nil {
			err = writeAnswer(answer, s.one(part))
		}
		if err != nil {
			http.Error(w, "write the batch's answer: "+err.Error(), http.StatusInternalServerError)
			return
		}
	}
	answers.Close()
	w.Header().Set("Content-Type", "multipart/mixed; boundary="+answers.Boundary())
	_, _ = body.WriteTo(w)
}

// one carries out the request in a part.
func (s *Server) one(part io.Reader) *http.Response {
	recorder := httptest.NewRecorder()
	request, err := http.ReadRequest(bufio.NewReader(part))
	if err != nil {
		http.Error(recorder, "read a request of the batch: "+err.Error(), http.StatusBadRequest)
		return recorder.Result()
	}
	s.handler.ServeHTTP(recorder, request)
	return recorder.Result()
}

func answerHeader(id string) textproto.MIMEHeader {
	header := textproto.MIMEHeader{"Content-Type": {"application/http"}}
	if id != "" {
		header.Set("Content-ID", strings.Replace(id, "<", "<response-", 1))
	}
	return header
}

// writeAnswer writes a response in the form Python's client parses: a status line,
// headers with the length, a blank line and the body.
func writeAnswer(w io.Writer, answer *http.Response) error {
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	answer.Header.Set("Content-Length", strconv.Itoa(len(content)))
	fmt.Fprintf(w, "HTTP/1.1 %d %s\r\n", answer.StatusCode, http.StatusText(answer.StatusCode))
	if err := answer.Header.Write(w); err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "\r\n%s", content)
	return err
}
