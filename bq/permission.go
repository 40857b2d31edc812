package bq

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"cloud.google.com/go/auth"
	"golang.org/x/oauth2"
	"google.golang.org/api/googleapi"
)

// denials are the sentences in which BigQuery names the permission that is missing, and what it is missing on.
var denials = []*regexp.Regexp{
	regexp.MustCompile(`Permission '?([a-z]+\.[A-Za-z]+\.[A-Za-z]+)'? denied on (?:resource )?'?((?:[a-z]+ )?[^\s'()]+)`),
	regexp.MustCompile(`does not have ([a-z]+\.[A-Za-z]+\.[A-Za-z]+) (?:permission|access) (?:in|on|for|to) ((?:[a-z]+ )?[^\s'()]+)`),
	regexp.MustCompile(`does not have permission to (query) ([a-z]+ [^\s,()]+)`),
}

// roles are the smallest of BigQuery's roles that have a permission, and what they are granted on.
// See https://cloud.google.com/bigquery/docs/access-control.
var roles = map[string]struct{ role, on string }{
	"bigquery.jobs.create":           {"roles/bigquery.jobUser", "project"},
	"bigquery.datasets.create":       {"roles/bigquery.user", "project"},
	"bigquery.datasets.get":          {"roles/bigquery.dataViewer", "dataset"},
	"bigquery.datasets.update":       {"roles/bigquery.dataOwner", "dataset"},
	"bigquery.datasets.delete":       {"roles/bigquery.dataOwner", "dataset"},
	"bigquery.tables.get":            {"roles/bigquery.dataViewer", "dataset"},
	"bigquery.tables.list":           {"roles/bigquery.dataViewer", "dataset"},
	"bigquery.tables.getData":        {"roles/bigquery.dataViewer", "dataset"},
	"bigquery.tables.createSnapshot": {"roles/bigquery.dataEditor", "dataset"},
	"bigquery.tables.deleteSnapshot": {"roles/bigquery.dataOwner", "dataset"},
	"bigquery.tables.create":         {"roles/bigquery.dataEditor", "dataset"},
	"bigquery.tables.update":         {"roles/bigquery.dataEditor", "dataset"},
	"bigquery.tables.updateData":     {"roles/bigquery.dataEditor", "dataset"},
	"bigquery.tables.delete":         {"roles/bigquery.dataEditor", "dataset"},
	"bigquery.readsessions.create":   {"roles/bigquery.readSessionUser", "project"},
}

// remedy says what to do about an answer that refuses access.
func remedy(err error) string {
	if expired(err) {
		return "the credentials are not valid, or have expired: log in again (gcloud auth application-default login, or give --credentials anew) and repeat the command"
	}
	for _, denial := range denials {
		found := denial.FindStringSubmatch(err.Error())
		if found == nil {
			continue
		}
		permission, object := found[1], strings.TrimRight(found[2], ".:,")
		if permission == "query" {
			permission = "bigquery.tables.getData"
		}
		text := fmt.Sprintf("the account of the credentials lacks %s on %s", permission, object)
		if r, ok := roles[permission]; ok {
			return fmt.Sprintf("%s: grant it %s on the %s, and repeat the command", text, r.role, r.on)
		}
		return text + ": grant it a role that has this permission, and repeat the command"
	}
	return "give credentials (--credentials, or application default credentials) whose account has the BigQuery Job User and Data Editor roles"
}

// expired tells credentials that nobody accepts from such that may not do everything.
func expired(err error) bool {
	var answer *googleapi.Error
	return kindOfToken(err) == ErrPermission || errors.As(err, &answer) && answer.Code == http.StatusUnauthorized
}

// kindOfToken is the kind of an error of getting an access token for the credentials; nil for another error. Which of two
// libraries gets it depends on the credentials.
func kindOfToken(err error) error {
	var answer *http.Response
	var older *oauth2.RetrieveError
	var newer *auth.Error
	switch {
	case errors.As(err, &older):
		answer = older.Response
	case errors.As(err, &newer):
		answer = newer.Response
	default:
		return nil
	}
	if answer != nil && answer.StatusCode >= 500 {
		return ErrUnavailable
	}
	return ErrPermission
}
