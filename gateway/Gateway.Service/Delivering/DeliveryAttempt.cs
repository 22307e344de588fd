namespace Gateway.Service.Delivering;

/// <summary>How an attempt to deliver ended.</summary>
internal abstract record DeliveryAttempt
{
    /// <summary>Nothing is left of it.</summary>
    internal sealed record Done : DeliveryAttempt;

    /// <summary>Something more urgent waits: the rest goes on after it.</summary>
    internal sealed record Overtaken : DeliveryAttempt;

    /// <summary>The target has everything, and was asked to commit itself to it: its report is waited for.</summary>
    internal sealed record Asked : DeliveryAttempt;

    /// <summary>It failed, and may succeed later.</summary>
    /// <param name="Reason">Why, without patient data.</param>
    internal sealed record Failed(string Reason) : DeliveryAttempt;
}
