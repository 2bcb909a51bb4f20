"""What an enterprise lets a third party, such as a lender, read of its credit: granted, bounded, logged."""
