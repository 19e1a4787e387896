/** A key that protects nothing: it belongs to the untrusted certificate below. */
export const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgUPxIQHvpdvhBakFN
+FsMmQKjfmLdb6yphb/BaUAG/oqhRANCAARAcgaHOLg4zQKRSX5qnW6xdvkGheTI
gda8cL/JWVfsIAA5al+pDitRfaa8EJRS1LFb0866tY3miMV6D3BoAKrg
-----END PRIVATE KEY-----
`;

/** A certificate for localhost that no authority signed. */
export const cert = `-----BEGIN CERTIFICATE-----
MIIBmzCCAUGgAwIBAgIUQypvooZTXjq/XIGmIRFGyK+eNdUwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNDIzMTk0MFoYDzIxMjYxMDMx
MjMxOTQwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARAcgaHOLg4zQKRSX5qnW6xdvkGheTIgda8cL/JWVfsIAA5al+pDitR
faa8EJRS1LFb0866tY3miMV6D3BoAKrgo28wbTAdBgNVHQ4EFgQUWmlNJDdfVEn5
6LkB8ORYtLJt6LowHwYDVR0jBBgwFoAUWmlNJDdfVEn56LkB8ORYtLJt6LowDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSAAwRQIhAIEKhXGvo17nhH53g10wIFJRiuJzr7XmoG44DxhOM+ESAiB/
gX60IwT7mL/D5tlKCgcx4mKyZewYO+4e+xe8ERnKzg==
-----END CERTIFICATE-----
`;
