/* A milter that takes every header and body and does nothing: what libmilter and Postfix cost by themselves.
   It answers only where Holdback answers (MAIL and end of message), so it is the fastest milter of its kind.
   Usage: nothing SOCKET */

#include <libmilter/mfapi.h>
#include <stddef.h>

static sfsistat on_negotiate(SMFICTX *ctx, unsigned long actions, unsigned long steps, unsigned long a2, unsigned long a3,
                             unsigned long *want_actions, unsigned long *want_steps, unsigned long *p2, unsigned long *p3) {
    (void)ctx, (void)a2, (void)a3;
    *want_actions = actions & SMFIF_QUARANTINE;
    *want_steps = steps & (SMFIP_NOHELO | SMFIP_NOUNKNOWN | SMFIP_NODATA | SMFIP_NOEOH | SMFIP_HDR_LEADSPC |
                           SMFIP_NR_CONN | SMFIP_NR_RCPT | SMFIP_NR_HDR | SMFIP_NR_BODY);
    *p2 = *p3 = 0;
    return SMFIS_CONTINUE;
}

static sfsistat on_connect(SMFICTX *ctx, char *name, _SOCK_ADDR *address) {
    (void)ctx, (void)name, (void)address;
    return SMFIS_NOREPLY;
}

static sfsistat on_mail(SMFICTX *ctx, char **arguments) {
    (void)ctx, (void)arguments;
    return SMFIS_CONTINUE;
}

static sfsistat on_rcpt(SMFICTX *ctx, char **arguments) {
    (void)ctx, (void)arguments;
    return SMFIS_NOREPLY;
}

static sfsistat on_header(SMFICTX *ctx, char *name, char *value) {
    (void)ctx, (void)name, (void)value;
    return SMFIS_NOREPLY;
}

static sfsistat on_body(SMFICTX *ctx, unsigned char *chunk, size_t size) {
    (void)ctx, (void)chunk, (void)size;
    return SMFIS_NOREPLY;
}

static sfsistat on_end(SMFICTX *ctx) {
    (void)ctx;
    return SMFIS_CONTINUE;
}

int main(int count, char **arguments) {
    struct smfiDesc filter = {0};
    filter.xxfi_name = "nothing";
    filter.xxfi_version = SMFI_VERSION;
    filter.xxfi_flags = SMFIF_QUARANTINE;
    filter.xxfi_connect = on_connect;
    filter.xxfi_envfrom = on_mail;
    filter.xxfi_envrcpt = on_rcpt;
    filter.xxfi_header = on_header;
    filter.xxfi_body = on_body;
    filter.xxfi_eom = on_end;
    filter.xxfi_negotiate = on_negotiate;
    if (count != 2 || smfi_setconn(arguments[1]) != MI_SUCCESS || smfi_register(filter) != MI_SUCCESS)
        return 64;
    return smfi_main() == MI_SUCCESS ? 0 : 70;
}
