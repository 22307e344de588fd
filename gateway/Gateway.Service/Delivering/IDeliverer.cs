using Gateway.Service.Ledgers;

namespace Gateway.Service.Delivering;

/// <summary>A way to a target.</summary>
internal interface IDeliverer
{
    /// <summary>The target's id.</summary>
    string Target { get; }

    /// <summary>
    /// Delivers what is left of a delivery and records each instance as the target answers. It stops at the next boundary between two
    /// instances once something more urgent waits.
    /// </summary>
    /// <param name="delivery">The delivery.</param>
    /// <param name="isOvertaken">Whether something more urgent waits.</param>
    /// <param name="cancellation">Ends the attempt; what was recorded stays.</param>
    Task<DeliveryAttempt> DeliverAsync(Delivery delivery, Func<bool> isOvertaken, CancellationToken cancellation);
}
