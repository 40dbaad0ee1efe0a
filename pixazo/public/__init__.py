"""What everybody may read: legal pages, and what search engines and phones ask a site for."""
