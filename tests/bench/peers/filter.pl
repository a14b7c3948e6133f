# -*- Perl -*-
# Two rules: more than 20 addresses in To and Cc; more than 20 different addresses in the parts.

my $LIMIT = 20;
my $ADDRESS = qr/[a-z0-9._%+-]{1,64}\@[a-z0-9.-]{1,190}\.[a-z]{2,24}/i;
my (%seen, $recipients);

sub filter_begin {
    my ($entity) = @_;
    %seen = ();
    $recipients = 0;
    for my $name ('To', 'Cc') {
        $recipients += () = $_ =~ /$ADDRESS/g for $entity->head->get_all($name);
    }
}

sub filter {
    my ($entity) = @_;
    my $body = $entity->bodyhandle or return action_accept();
    my $content = $body->as_string;
    $seen{lc $1} = 1 while $content =~ /($ADDRESS)/g;
    return action_accept();
}

sub filter_multipart { return action_accept(); }

sub filter_end {
    if ($recipients > $LIMIT or keys %seen > $LIMIT) {
        action_quarantine_entire_message('too many addresses');
        return action_discard();
    }
}

1;
