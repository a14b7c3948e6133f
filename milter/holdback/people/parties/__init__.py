"""Who is a stranger: the company's domains, and which strangers know each other."""
