namespace Gateway.Service.Ledgers;

/// <summary>Nothing is sent until a person has reconciled.</summary>
/// <param name="Since">Since when, UTC.</param>
/// <param name="Because">Why, in words.</param>
internal sealed record SendingPause(DateTimeOffset Since, string Because);
