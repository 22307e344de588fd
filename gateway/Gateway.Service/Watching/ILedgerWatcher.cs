using Gateway.Service.Ledgers;

namespace Gateway.Service.Watching;

/// <summary>Draws conclusions from what happens, and keeps nobody waiting who makes it happen.</summary>
internal interface ILedgerWatcher
{
    /// <summary>A line was written.</summary>
    /// <param name="line">The line.</param>
    /// <param name="target">The target of the delivery that it is about; null where it is about none.</param>
    void Take(LedgerLine line, string? target);

    /// <summary>Every line so far was told: now is the time to look at how things are.</summary>
    void Look();
}
