package front

import (
	"net/http"
	"strings"
	"time"
)

// tokenLifetime is what every token of the sandbox is said to last. Nothing checks it.
const tokenLifetime = time.Hour

const accessToken = "dit-sandbox"

// isToken tells the paths under which clients ask Google for access tokens or about them.
func isToken(path string) bool {
	switch path {
	case "/token", "/oauth2/v4/token", "/o/oauth2/token", "/tokeninfo", "/oauth2/v1/tokeninfo", "/oauth2/v3/tokeninfo":
		return true
	}
	return false
}

func isImpersonation(path string) bool { return strings.HasSuffix(path, ":generateAccessToken") }

// token gives any caller a token: the sandbox knows no users and guards nothing.
func token(w http.ResponseWriter, r *http.Request) {
	if isImpersonation(r.URL.Path) {
		impersonate(w)
		return
	}
	answer(w, map[string]any{
		"access_token": accessToken,
		"expires_in":   int(tokenLifetime.Seconds()),
		"token_type":   "Bearer",
		"scope":        "https://www.googleapis.com/auth/cloud-platform",
		"email":        "dit@dit-sandbox.iam.gserviceaccount.com",
	})
}

// impersonate answers IAM's generateAccessToken for any service account.
func impersonate(w http.ResponseWriter) {
	answer(w, map[string]any{
		"accessToken": accessToken,
		"expireTime":  time.Now().Add(tokenLifetime).UTC().Format(time.RFC3339),
	})
}
