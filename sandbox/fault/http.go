package fault

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// Path is where faults are changed while the sandbox runs:
//
//	GET    /sandbox/faults       {"faults": [{"id", "rule", "seen", "struck"}]}
//	POST   /sandbox/faults       a rule, as text or as a JSON object: {"id", "rule"}
//	DELETE /sandbox/faults       ends all
//	DELETE /sandbox/faults/ID    ends one
const Path = "/sandbox/faults"

// maxRule is how long the body of a POST may be, in bytes.
const maxRule = 64 << 10

func isPath(path string) bool { return path == Path || strings.HasPrefix(path, Path+"/") }

func (r *Rules) serveFaults(w http.ResponseWriter, req *http.Request) {
	id := strings.Trim(strings.TrimPrefix(req.URL.Path, Path), "/")
	switch {
	case req.Method == http.MethodGet && id == "":
		writeJSON(w, http.StatusOK, map[string]any{"faults": r.List()})
	case req.Method == http.MethodPost && id == "":
		rule, err := readRule(w, req)
		if err != nil {
			refuse(w, req, http.StatusBadRequest, "", err.Error())
			return
		}
		writeJSON(w, http.StatusOK, map[string]string{"id": r.Add(rule), "rule": rule.String()})
	case req.Method == http.MethodDelete && id == "":
		r.Clear()
		w.WriteHeader(http.StatusNoContent)
	case req.Method == http.MethodDelete:
		if err := r.Remove(id); err != nil {
			refuse(w, req, http.StatusNotFound, "", err.Error())
			return
		}
		w.WriteHeader(http.StatusNoContent)
	default:
		refuse(w, req, http.StatusBadRequest, "", fmt.Sprintf("%s %s: there are GET, POST and DELETE %s, and DELETE %s/ID", req.Method, req.URL.Path, Path, Path))
	}
}

// readRule reads the rule of a POST: JSON when it begins like an object.
func readRule(w http.ResponseWriter, req *http.Request) (Rule, error) {
	content, err := io.ReadAll(http.MaxBytesReader(w, req.Body, maxRule))
	if err != nil {
		return Rule{}, fmt.Errorf("read the rule: %w", err)
	}
	content = bytes.TrimSpace(content)
	if len(content) == 0 {
		return Rule{}, errors.New("the body is empty: POST a rule, such as service=bigquery,status=503,count=2")
	}
	if content[0] == '{' {
		return ParseJSON(content)
	}
	return Parse(string(content))
}
