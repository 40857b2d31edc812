package fault

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// maxBody is how much of a request's JSON is read to find names, in bytes; BigQuery takes 10 MB.
const maxBody = 16 << 20

// table is one table of BigQuery.
type table struct{ project, dataset, name string }

func (t table) String() string { return t.project + "." + t.dataset + "." + t.name }

// names are what a request to BigQuery names.
type names struct {
	tables []table
	job    map[string]any // the body, when it is the whole body and an object
	path   string
}

// matching returns the tables that a rule's glob matches.
func (n *names) matching(glob string) []table {
	var found []table
	for _, t := range n.tables {
		if (match(glob, t.String()) || match(glob, t.dataset+"."+t.name)) && !slices.Contains(found, t) {
			found = append(found, t)
		}
	}
	return found
}

var (
	tablePath   = regexp.MustCompile(`projects/([^/]+)/datasets/([^/]+)/tables/([^/]+)`)
	projectPath = regexp.MustCompile(`/projects/([^/]+)/`)
)

// readNames finds the tables that a request names: in its path, in gRPC's routing header, in its JSON.
// What is read of the body is put back.
func readNames(r *http.Request) *names {
	n := &names{path: r.URL.Path}
	if isGRPC(r) { // the body is a stream; clients say in this header what the first message is about
		params, _ := url.QueryUnescape(r.Header.Get("X-Goog-Request-Params"))
		n.inPath(params)
		return n
	}
	if n.inPath(r.URL.Path) || r.Method == http.MethodGet || r.Body == nil {
		return n
	}
	content, whole := readJSON(r)
	var body map[string]any
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.UseNumber() // a body may be written again
	if decoder.Decode(&body) != nil {
		return n
	}
	if whole {
		n.job = body
	}
	n.inJSON(body, n.project())
	return n
}

// project is that of the request's path.
func (n *names) project() string {
	if found := projectPath.FindStringSubmatch(n.path); found != nil {
		return found[1]
	}
	return ""
}

func (n *names) inPath(path string) bool {
	found := tablePath.FindStringSubmatch(path)
	if found != nil {
		n.tables = append(n.tables, table{found[1], found[2], found[3]})
	}
	return found != nil
}

// readJSON reads the body, or of an upload its first part, which describes the job.
func readJSON(r *http.Request) (content []byte, whole bool) {
	body := r.Body
	var read bytes.Buffer
	from := io.TeeReader(io.LimitReader(body, maxBody), &read)
	if kind, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); strings.HasPrefix(kind, "multipart/") {
		if part, err := multipart.NewReader(from, params["boundary"]).NextPart(); err == nil {
			content, _ = io.ReadAll(part)
		}
	} else if kind == "" || kind == "application/json" {
		content, _ = io.ReadAll(from)
		whole = true
	}
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(&read, body), body}
	return content, whole
}

// inJSON finds table references, and queries with their default dataset, at any depth: each kind of
// job has them in a place of its own.
func (n *names) inJSON(value any, project string) {
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			n.inJSON(item, project)
		}
	case map[string]any:
		if t := reference(value, project); t.dataset != "" && t.name != "" {
			n.tables = append(n.tables, t)
		}
		if sql, ok := value["query"].(string); ok {
			standard, _ := value["defaultDataset"].(map[string]any)
			n.inSQL(sql, reference(standard, project), project)
		}
		for _, key := range slices.Sorted(maps.Keys(value)) {
			n.inJSON(value[key], project)
		}
	}
}

func reference(object map[string]any, project string) table {
	get := func(key string) string { text, _ := object[key].(string); return text }
	t := table{get("projectId"), get("datasetId"), get("tableId")}
	if t.project == "" {
		t.project = project
	}
	return t
}

// sqlTable finds the name after a word that is followed by a table. It is no parser: the name may be one
// of a column, as in EXTRACT(YEAR FROM t), or of a common table expression. There is no such table then.
var sqlTable = regexp.MustCompile(`(?i)\b(?:FROM|JOIN|USING|UPDATE|COPY|CLONE|(?:INSERT|MERGE)(?:\s+INTO)?|(?:TABLE|VIEW)(?:\s+IF(?:\s+NOT)?\s+EXISTS)?)\s+` +
	"((?:`[^`]+`|[\\w-]+)(?:\\.(?:`[^`]+`|[\\w-]+))*)")

func (n *names) inSQL(sql string, standard table, project string) {
	for _, found := range sqlTable.FindAllStringSubmatch(sql, -1) {
		parts := strings.Split(strings.ReplaceAll(found[1], "`", ""), ".")
		switch t := (table{standard.project, standard.dataset, parts[len(parts)-1]}); {
		case len(parts) == 1 && t.dataset != "":
			n.tables = append(n.tables, t)
		case len(parts) == 2:
			n.tables = append(n.tables, table{project, parts[0], parts[1]})
		case len(parts) == 3:
			n.tables = append(n.tables, table{parts[0], parts[1], parts[2]})
		}
	}
}
