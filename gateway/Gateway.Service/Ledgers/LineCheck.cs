namespace Gateway.Service.Ledgers;

/// <summary>The last function checks of the line to a partner (DIN 6868-159).</summary>
/// <param name="Partner">The partner.</param>
/// <param name="Study">The study instance UID of the last one's image.</param>
/// <param name="At">When the last one was sent.</param>
/// <param name="ProvedAt">When the partner last signed that such an image was accepted; null where it never did.</param>
internal sealed record LineCheck(string Partner, string Study, DateTimeOffset At, DateTimeOffset? ProvedAt);
